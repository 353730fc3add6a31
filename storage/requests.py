"""What the carrier is sent: the opening body with the accepted answers in it; the process itself never sees it."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.events import ItemsAnswered
from storage import archive
from storage.documents import of_case
from storage.projection import UnknownCase
from storage.tables import answers, cases, events


async def opening_body(connection: AsyncConnection, case_id: str) -> dict[str, Any]:
    """The request as it came in. Raises UnknownCase."""
    body = (await connection.execute(select(cases.c.body).where(cases.c.id == case_id))).scalar()
    if body is None:
        raise UnknownCase(case_id)
    return dict(body)


async def add_answer(
    connection: AsyncConnection,
    answer_id: str,
    case_id: str,
    items: Sequence[Mapping[str, Any]],
    given_by: str,
    at: datetime,
    comment: str = "",
) -> None:
    """Keeps what the partner answered: `{missing_id, field, kind}` with `value`, `document_id` or `action` (R11)."""
    row = {"id": answer_id, "case_id": case_id, "given": [dict(item) for item in items], "comment": comment}
    await connection.execute(insert(answers).values(**row, given_by=given_by, created_at=at))


async def effective_request(connection: AsyncConnection, case_id: str, accepted: Sequence[str]) -> dict[str, Any]:
    """The opening body with the values of the `accepted` answers at their paths, and the case's documents.

    `documents` is a list of `{"id", "kind", "name", "media_type", "at"}`, the oldest first: the last of a kind counts.
    Raises UnknownCase.
    """
    body = await opening_body(connection, case_id)
    query = select(answers.c.id, answers.c.given).where(answers.c.case_id == case_id, answers.c.id.in_(accepted))
    given = {row.id: row.given for row in await connection.execute(query)}
    for answer_id in accepted:
        body = with_answers(body, given.get(answer_id, ()))
    return body | {"documents": await of_case(connection, case_id)}


async def accepted_items(connection: AsyncConnection, case_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """What the partners answered on the cases, in the order of the answers; a refused answer is none (R11)."""
    query = select(events.c.case_id, events.c.detail).where(
        events.c.case_id.in_(case_ids), events.c.kind == ItemsAnswered.kind
    )
    told = await connection.execute(query.order_by(events.c.case_id, events.c.sequence))
    accepted = [(row.case_id, row.detail["answer_id"]) for row in told]
    accepted += await archive.answers(connection, case_ids)
    query = select(answers.c.id, answers.c.given).where(answers.c.id.in_([answer for _, answer in accepted]))
    given = {row.id: row.given for row in await connection.execute(query)} if accepted else {}
    items: dict[str, list[dict[str, Any]]] = {}
    for case_id, answer in accepted:
        items.setdefault(case_id, []).extend(given.get(answer, ()))
    return items


def with_answers(body: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A copy of the body in which each answered value stands at its dotted path."""
    filled = copy.deepcopy(dict(body))
    for item in items:
        if item.get("value") is not None:
            _put(filled, str(item["field"]).split("."), item["value"])
    return filled


def _put(body: dict[str, Any], path: list[str], value: Any) -> None:
    here = body
    for step in path[:-1]:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[path[-1]] = value

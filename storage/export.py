"""Everything that is stored of one case, for whoever must see it whole: an operator, a court, another system."""

from __future__ import annotations

import base64
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.archive import PUT_AWAY, archived
from storage.projection import UnknownCase
from storage.tables import answers, carrier_orders, cases, charges, documents, events, lines, mails, stock

PARTS: tuple[Table, ...] = (lines, carrier_orders, events, mails, documents, answers, charges, stock)
SECRETS = ("pin",)
MASK = "••••"
# The workflow's own start value: internal, and told in full by the rest.
LEFT_OUT = ("opening",)


async def export_case(connection: AsyncConnection, case_id: str) -> dict[str, Any]:
    """The case's row and, by table, every row that belongs to it; bytes as base64, the PIN masked.

    Raises UnknownCase.
    """
    row = (await connection.execute(select(cases).where(cases.c.id == case_id))).mappings().first()
    if row is None:
        raise UnknownCase(case_id)
    exported: dict[str, Any] = {"case": _plain(row)}
    for table in PARTS:
        query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key)
        lying = (await connection.execute(query)).mappings().all()
        put_away = await archived(connection, table, case_id) if table in PUT_AWAY else []
        exported[table.name] = [_plain(found) for found in (*put_away, *lying)]
    return exported


def _plain(row: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items() if name not in LEFT_OUT}


def _value(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        secret = SECRETS if str(value.get("field")).split(".")[-1] not in SECRETS else (*SECRETS, "value")
        return {name: MASK if name in secret and item else _value(item) for name, item in value.items()}
    return value

"""Requirement groups at Telnyx: what an operator answered once for a country and type of number, read into orders."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from uuid import UUID

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from porting.numbers import NumberType

# The country (ISO) and the type of a number.
KindOf = Callable[[str], tuple[str, str]]

_KEY = re.compile(rf"[A-Z]{{2}}(:({'|'.join(NumberType)}))?")


def read_groups(text: str) -> dict[str, str]:
    """The operator's table, `{"DE:GEOGRAPHIC": "<uuid>", "FR": "<uuid>"}`. Raises ValueError."""
    table = json.loads(text or "{}")
    if not isinstance(table, dict) or not all(_KEY.fullmatch(key) for key in table):
        raise ValueError("no table of requirement groups")
    return {key: str(UUID(str(id_))) for key, id_ in table.items()}


class RequirementGroups:
    """Which group fits an order, and what it answers."""

    def __init__(self, client: TelnyxClient, table: Mapping[str, str], kind_of: KindOf) -> None:
        self._client = client
        self._table = table
        self._kind_of = kind_of

    def of(self, number: str) -> str:
        """The group for numbers like this one, "" for none; the more exact one wins."""
        country, number_type = self._kind_of(number) if number and self._table else ("", "")
        return self._table.get(f"{country}:{number_type}") or self._table.get(country, "")

    async def unknown(self) -> list[str]:
        """Those of the operator's groups that are not there."""
        found = {
            group: await self._client.knows(lambda api: api.requirement_groups.with_raw_response.retrieve, group)
            for group in dict.fromkeys(self._table.values())
        }
        gone = [(key, group) for key, group in self._table.items() if not found[group]]
        return [f"requirement group {group} for {key} is not there" for key, group in gone]

    async def read_into(self, order: str, group: str) -> Mapping[str, str]:
        """The order takes over the group's answers, which are told by type of requirement."""
        try:
            found = await self._client.read(lambda api: api.requirement_groups.with_raw_response.retrieve, group)
            await self._client.write(
                lambda api: api.porting_orders.with_raw_response.update, order, requirement_group_id=group
            )
        except CarrierSaysNo as no:
            raise _operators(group, str(no)) from no
        except Trouble as trouble:
            if trouble.kind is TroubleKind.NOT_FOUND:
                raise _operators(group, "there is none") from trouble
            raise
        return _answers(found)


def _answers(group: Json) -> dict[str, str]:
    rows = group.get("regulatory_requirements")
    read = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    both = [(row.get("requirement_id"), row.get("field_value")) for row in read]
    return {id_: value for id_, value in both if isinstance(id_, str) and isinstance(value, str) and value}


def _operators(group: str, why: str) -> Trouble:
    """Not the partner's to mend: the order waits, so that it does not go out without what the operator meant it to."""
    return Trouble(
        TroubleKind.DENIED,
        f"the carrier does not take the requirement group {group} for this order ({why}); correct it in the settings",
    )

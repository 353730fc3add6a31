"""Telnyx's portability check, read into our words (R15): it knows of coverage, and nothing of names or accounts."""

from __future__ import annotations

from collections.abc import Iterable

from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from porting.numbers import NumberRange
from porting.portability import Portability
from porting.reasons import reason


async def check(client: TelnyxClient, lines: Iterable[str]) -> tuple[Portability, ...]:
    """One answer a line; a range is as good as its worst number (R03). Raises Trouble."""
    named = {line: members([line]) for line in lines}
    wanted = [number for numbers in named.values() for number in numbers]
    try:
        # Nothing is written by it, so that it may go twice.
        answer = await client.read(lambda api: api.portability_checks.with_raw_response.run, phone_numbers=wanted)
    except CarrierSaysNo as no:
        return tuple(Portability(number=line, portable=None, raw=str(no)) for line in named)
    rows = answer.get("data")
    read = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    found = {row["phone_number"]: row for row in read if isinstance(row.get("phone_number"), str)}
    return tuple(_of_line(line, [found.get(number) for number in numbers]) for line, numbers in named.items())


def members(lines: Iterable[str]) -> list[str]:
    """Each single number of the lines as ordered."""
    return [number for line in lines for number in NumberRange(line).members()]


def _of_line(line: str, rows: list[Json | None]) -> Portability:
    if any(row is None or not isinstance(row.get("portable"), bool) for row in rows):
        return Portability(number=line, portable=None, raw="no answer")
    bad = [row for row in rows if row and not row["portable"]]
    if bad:
        why = str(bad[0].get("not_portable_reason") or "not portable")
        return Portability(number=line, portable=False, reason=reason("NOT_PORTABLE", carrier_code=why), raw=why)
    return Portability(number=line, portable=True, raw="portable")

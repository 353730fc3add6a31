"""Whether a case stands as a story says: itself, its lines, temporary numbers, mails, charges, carrier orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from porting.numbers import NumberRange
from sandbox.demo.calls import Calls
from sandbox.demo.compare import differences
from sandbox.demo.story import Checked

CARE = "care"


async def check(calls: Calls, case_id: str, wanted: Checked) -> list[str]:
    """Every difference in a sentence; none when all is as it should be."""
    path = f"/v1/porting-cases/{case_id}"
    answer = await calls.get(path, CARE)
    if answer.status != 200:
        return [f"there is no case {case_id}: {answer.status}"]
    found = [*differences(wanted.case, answer.body, "case"), *_of_lines(wanted, answer.body["lines"])]
    if wanted.mails is not None:
        heard = heard_by_partner(await calls.everything(f"{path}/emails", CARE))
        found += differences(wanted.mails, [mail["template"].removesuffix(".partner") for mail in heard], "mails")
    if wanted.charges is not None:
        rows = [row for row in await calls.everything("/v1/charges", CARE) if row["case"] == case_id]
        charged = [f"{row['amount']} {row['currency']}" for row in reversed(rows) if not row["waived"]]
        found += differences(wanted.charges, charged, "charges")
    if wanted.orders_at_carrier:
        orders = (await calls.get("/sandbox/carrier/orders")).body["items"]
        for line, statuses in wanted.orders_at_carrier.items():
            first = NumberRange.parse(line).first
            held = [order["status"]["value"] for order in orders if first in order["numbers"]]
            found += differences(statuses, held, f"orders at the carrier with {line}")
    return found


def _of_lines(wanted: Checked, lines: list[Any]) -> Iterator[str]:
    by_number = {line["number"]: line for line in lines}
    for number, expected in wanted.lines.items():
        yield from differences(expected, by_number.get(number), number)
    for number, status in wanted.temporary.items():
        came = (by_number.get(number) or {}).get("temporary_number") or {}
        yield from differences(status, came.get("status"), f"temporary number of {number}")


def heard_by_partner(mails: Iterable[Any]) -> list[Any]:
    """The partner's mails, oldest first: one a message, to however many addresses it went."""
    kept: dict[tuple[int, str], Any] = {}
    for mail in sorted(mails, key=lambda mail: mail["id"]):
        if mail["audience"] == "partner":
            kept.setdefault((mail["sequence"], mail["template"]), mail)
    return list(kept.values())

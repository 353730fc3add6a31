"""COIN shows no dossiers: the nightly comparison lists ours by our journal, and reports what no case knows (R17)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from activities.carrier_health import CarrierHealth, watched
from activities.carrier_journal import StoredJournal
from activities.reconciliation import Reconciliation, Report
from carriers.listing import ListsOrders
from porting.case import Case
from porting.instructions import Accepted, SubmitOrder
from porting.orders import News
from storage.carrier_messages import next_unknown_orders
from storage.database import Database
from tests.effects.coin_stand import DUTCH, OTHER_DUTCH, Stand, a_request, a_stand
from tests.effects.stored_cases import announce, store
from tests.examples import MONDAY, a_case, a_line, carry_out

AMSTERDAM = "NL@Europe/Amsterdam"


@pytest.fixture
async def stand(tmp_path: Path, database: Database) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path, database) as found:
        yield found


async def a_case_with_its_dossier(stand: Stand) -> Case:
    """As the journal and the read model have it once the network took the request."""
    case = a_case(a_line(DUTCH, AMSTERDAM, carrier="coin"))
    await store(stand.database, case)
    answer = await stand.carrier.submit(a_request(reference=case.orders[0].reference))
    assert isinstance(answer, Accepted) and answer.news is not None
    carry_out(case, SubmitOrder, Accepted(news=News(snapshots=answer.news.snapshots)), stand.clock.at)
    await announce(stand.database, case)
    return case


async def run(stand: Stand) -> Report:
    carrier: Any = watched(stand.carrier, CarrierHealth(stand.database, stand.clock.now))
    return await Reconciliation(stand.database, {"coin": carrier}, stand.clock.now).run()


async def test_a_dossier_that_no_case_knows_is_reported(stand: Stand) -> None:
    await a_case_with_its_dossier(stand)
    await stand.carrier.submit(a_request(OTHER_DUTCH, reference="PC-OF-NOBODY-1"))
    report = await run(stand)
    assert (report.compared, report.drifted, report.unlisted, report.down) == (1, 0, [], {})
    (unknown,) = report.unknown
    assert unknown.startswith("coin PRTD-") and "PC-OF-NOBODY-1" in unknown


async def test_what_is_over_is_no_open_order(stand: Stand) -> None:
    """Given up, refused in whole, or ported: nothing is left to be known of it."""
    for number, reference in ((DUTCH, "A-1"), (OTHER_DUTCH, "B-1"), ("+31882345677", "C-1")):
        await stand.carrier.submit(a_request(number, reference=reference))
    await stand.script(OTHER_DUTCH, {"do": "block", "codes": ["7"]})
    await stand.carrier.cancel(a_request(reference="A-1"), True, "given up")
    async with stand.streaming():
        await stand.days(3)
    assert [one.reference for one in await stand.carrier.open_orders()] == ["C-1"]
    assert isinstance(await stand.carrier.activate(a_request("+31882345677", reference="C-1")), Accepted)
    assert await stand.carrier.open_orders() == ()


async def test_a_journal_of_any_length_is_read_in_parts(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.carrier_journal.ORDERS_AT_ONCE", 2)
    for number in range(5):
        await stand.carrier.submit(a_request(f"+3188234567{number}", reference=f"PC-{number}-1"))
    listed = await stand.carrier.open_orders()
    assert sorted(one.reference for one in listed) == [f"PC-{number}-1" for number in range(5)]
    assert isinstance(stand.carrier, ListsOrders)


async def test_a_dossier_that_a_case_knows_is_not_read_again(any_database: Database) -> None:
    """A journal of years costs no more than what is amiss in it; another carrier's order of that name is no other."""
    case = a_case(a_line(DUTCH, AMSTERDAM, carrier="coin"))
    await store(any_database, case)
    await announce(any_database, case)
    known = case.orders[0].reference
    for carrier in ("coin", "other"):
        journal = StoredJournal(any_database, carrier, lambda: MONDAY)
        await journal.begin(f"{carrier}-1", "D-1", known, "portingrequest", {})
        await journal.begin(f"{carrier}-2", "D-2", "PC-OF-NOBODY-1", "portingrequest", {})
    async with any_database.read() as connection:
        found = [
            [said[0]["reference"] for said in await next_unknown_orders(connection, carrier, "", 10)]
            for carrier in ("coin", "other")
        ]
    assert found == [["PC-OF-NOBODY-1"], [known, "PC-OF-NOBODY-1"]]


async def test_a_request_to_us_as_the_donor_is_no_order_of_ours(stand: Stand) -> None:
    series = {"seq": {"numberseries": {"start": "0882345678", "end": "0882345678"}}}
    async with stand.streaming():
        await stand.tell("portingrequest", {"dossierid": "OTHR-12345", "repeats": [series]})
        await stand.heard(1)
    report = await run(stand)
    assert (report.unknown, report.unread, report.down) == ([], 0, {})

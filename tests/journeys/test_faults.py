"""Killed anywhere, nothing acknowledged is lost and nothing is done twice: faults 1, 3, 4, 5, 6 on real processes.

One stack lives through all of it, test by test; what must hold in the end is asked at the end, of every case.
"""

import asyncio
import contextlib
import signal
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from geography.places import place_of
from porting.numbers import NumberRange
from storage.database import Database
from storage.stock import StockNumber, import_numbers
from tests.effects.stack_process import wait_for
from tests.journeys.fault_stack import PATIENCE, FaultStack
from tests.journeys.shown_and_run import differences

pytestmark = pytest.mark.timeout(900)
MISSING = [{"after": "0m", "do": "exception", "codes": ["ACCOUNT_NUMBER_MISMATCH"]}]
# One mail a connection can be in the act when its sender dies (service.mail_sender.CONNECTIONS).
IN_THE_ACT = 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultStack]:
    made = FaultStack(tmp_path_factory.mktemp("faults"))
    yield made
    for life in made.lives:
        life.make_an_end()


def test_a_case_is_started_though_its_api_died_between_commit_and_start(stack: FaultStack) -> None:
    """Fault 1: I1, I2."""
    with ThreadPoolExecutor(1) as partner:
        first = partner.submit(stack.open)
        stack.die_at("after_commit")
        opened = first.result()
    stack.crash("after_commit:0.15")
    opened += stack.open(19)
    stack.crash("")
    assert stack.killed_at("after_commit") >= 1
    stack.until("CONFIRMED", opened)
    held = stack.rows("SELECT reference, count(*) AS n, count(started_at) AS started FROM cases GROUP BY reference")
    assert {row["reference"]: (row["n"], row["started"]) for row in held} == dict.fromkeys(stack.opened, (1, 1))


def test_an_order_is_made_once_though_the_worker_dies_around_each_write(stack: FaultStack) -> None:
    """Faults 3 and 4: I3, I4."""
    with ThreadPoolExecutor(1) as partner:
        opening = partner.submit(stack.open, 8)
        for point in ("after_write", "before_write", "after_data", "before_data"):
            stack.die_at(point)
        opened = opening.result()
    stack.crash("before_write:0.1,after_write:0.1,after_data:0.05,before_data:0.05")
    opened += stack.open(4)
    stack.crash("")
    stack.until("CONFIRMED", opened)
    check_one_order_a_case(stack)


def test_a_relay_that_is_stuck_dead_or_busy_delays_mail_and_nothing_else(stack: FaultStack) -> None:
    """Fault 4: statuses go on."""
    stack.send("mailbox", signal.SIGSTOP)
    opened = stack.open(2)
    stack.until("CONFIRMED", opened)
    stack.kill_and_wait("mailbox")
    httpx2.put(f"{stack.port('MAILBOX')}/faults", json={"next": [451, 451]}).raise_for_status()
    opened += stack.open(1)
    stack.until("CONFIRMED", opened)
    assert stack.rows("SELECT 1 FROM mails WHERE state <> 'SENT' AND case_id = ?", opened[0])


def test_nothing_acknowledged_is_lost_when_temporal_is_killed_under_load(stack: FaultStack) -> None:
    """Fault 5: I1, I10."""
    (waiting,) = stack.open(1, ivp=True)
    asked_again_at = datetime.fromisoformat(wait_for(lambda: next_try(stack, waiting), "an empty stock", PATIENCE))
    asyncio.run(fill_stock(stack))
    known, said = list(stack.opened.values())[:4], [f"word {n}" for n in range(12)]
    with ThreadPoolExecutor(4) as partners:
        opening = partners.submit(stack.open, 8)
        comments = [
            partners.submit(stack.told, f"/v1/porting-cases/{known[n % 4]}/comments", {"text": text}, text)
            for n, text in enumerate(said)
        ]
        for _ in range(4):
            stack.kill_and_wait("temporal")
        assert {done.result().status_code for done in comments} == {201}
    stack.until("CONFIRMED", opening.result())
    kept = stack.rows("SELECT detail ->> 'text' AS text FROM events WHERE kind = 'comment_added'")
    assert sorted(row["text"] for row in kept) == sorted(said)
    given = wait_for(lambda: stack.case(waiting)["lines"][0]["temporary_number"]["active_at"], "the retry", PATIENCE)
    assert datetime.fromisoformat(given) >= asked_again_at


def test_orders_are_taken_while_temporal_is_down_and_changes_told_to_come_again(stack: FaultStack) -> None:
    """Fault 6: I1."""
    (missing,) = stack.open(1, MISSING)
    stack.until("MISSING_DATA", [missing])
    confirmed = next(iter(stack.opened.values()))
    line = stack.case(confirmed)["lines"][0]
    day = a_later_day(stack, line["number"], line["confirmed_date"])
    item = stack.case(missing)["missing"][0]["id"]
    date_change = (f"/v1/porting-cases/{confirmed}/date-changes", {"date": day, "accept_fee": True}, "a date")
    answer = (
        f"/v1/porting-cases/{missing}/answers", {"answers": [{"missing_id": item, "value": "5512"}]}, "an answer"
    )  # fmt: skip
    stack.hold_temporal_down()
    opened = stack.open(3)
    for path, body, key in (date_change, answer):
        refused = stack.post(path, json=body, headers={"Idempotency-Key": key})
        assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0, refused.text
    assert {stack.case(one)["status"] for one in opened} == {"SUBMITTED"}
    stack.let_temporal_up()
    assert stack.told(*date_change).status_code == 202
    assert stack.told(*answer).status_code in (200, 201, 202)
    stack.until("CONFIRMED", opened)
    assert stack.kinds(confirmed).count("date_change_asked") == 1


def test_after_a_kill_of_everything_all_goes_on_without_a_hand(stack: FaultStack) -> None:
    """I12: kill -9 of the whole stack, Temporal and carrier included."""
    opened = stack.open(4)
    stack.kill_everything()
    stack.start()
    opened += stack.open(1)
    stack.until("CONFIRMED", opened)
    assert [stack.kinds(one).count("order_sent") for one in opened] == [1] * len(opened)


def test_in_the_end_no_order_was_doubled_and_no_draft_left(stack: FaultStack) -> None:
    """I3"""
    check_one_order_a_case(stack)


def test_in_the_end_every_mail_came_and_only_those_in_the_act_came_twice(stack: FaultStack) -> None:
    """I4: twice means the same Message-ID and the same bytes."""
    wait_for(lambda: not stack.rows("SELECT 1 FROM mails WHERE state <> 'SENT'"), "all mails to be sent", PATIENCE)
    written = {(row["message_id"], row["recipient"]): row for row in stack.rows("SELECT * FROM mails")}
    caught = [(row["raw"], row["recipient"]) for row in stack.rows("SELECT * FROM caught", file="mailbox.db")]
    by_content = {(zlib.decompress(row["mime"]), recipient): id_ for (id_, recipient), row in written.items()}
    assert set(caught) == set(by_content)
    doubled = {mail: count for mail, count in Counter(caught).items() if count > 1}
    assert all(written[by_content[mail], mail[1]]["tries"] >= count for mail, count in doubled.items())
    deaths = stack.killed_at("after_data") + stack.killed_at("before_data") + stack.killed_at("after_write") + 2
    assert sum(count - 1 for count in doubled.values()) <= deaths * IN_THE_ACT


def test_in_the_end_what_is_shown_is_what_the_processes_hold(stack: FaultStack) -> None:
    """I5, I6"""
    if not stack.opened:
        stack.until("CONFIRMED", stack.open(2))
    assert settled(stack) == {}


def check_one_order_a_case(stack: FaultStack) -> None:
    """Each order is made once, and sent once more only where the partner's answer was to be sent."""
    sent_again = "SELECT count(*) FROM events WHERE kind = 'items_answered' AND events.case_id = o.case_id"
    ours = stack.rows(f"SELECT reference, 1 + ({sent_again}) AS times FROM carrier_orders o")
    orders = stack.orders()
    received = {name: (held["orders"], held["create"], held["confirm"]) for name, held in orders.items()}
    assert received == {row["reference"]: (1, 1, row["times"]) for row in ours}


def settled(stack: FaultStack) -> dict[str, Any]:
    """What still differs after a while."""
    with contextlib.suppress(AssertionError):
        wait_for(lambda: not asyncio.run(differences(stack)), "the read model to follow", 60)
    return asyncio.run(differences(stack))


def next_try(stack: FaultStack, case_id: str) -> str | None:
    found = stack.rows(
        "SELECT detail ->> 'next_try' AS at FROM events WHERE case_id = ? AND kind = 'temporary_numbers_unavailable'",
        case_id,
    )
    return found[0]["at"] if found else None


async def fill_stock(stack: FaultStack) -> None:
    number = NumberRange.parse("+493055502001")
    database = Database(f"sqlite:///{stack.var / 'portdesk.db'}")
    async with database.begin() as connection:
        await import_numbers(connection, [StockNumber(number, place_of(number).country)], datetime.now(UTC))
    await database.close()


def a_later_day(stack: FaultStack, number: str, day: str) -> str:
    until = datetime.fromisoformat(day).date() + timedelta(days=14)
    days = stack.get(f"/v1/calendar?number={number.replace('+', '%2B')}&from={day}&to={until}")
    return str([one["date"] for one in days["items"] if one["bookable"]][-1])

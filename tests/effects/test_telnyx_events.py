"""What the carrier says beside statuses lands on the case once, whichever way it comes (R17, fault 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from activities.feed import FeedActivities, to_keep
from activities.news import NewsReader
from geography.calendars import Calendars
from porting import verbs
from porting.case import Case
from porting.commands import Role
from porting.events import CommentAdded, Entry
from porting.instructions import Accepted, SubmitOrder
from porting.orders import News
from porting.status import Status
from service.carrier_inbox import CarrierInbox
from storage import inbox
from storage.database import Database
from storage.tables import inbox as messages
from tests.carriers.acts import case_of, with_plans
from tests.carriers.telnyx_counterpart import TelnyxCounterpart, telnyx
from tests.effects.carrier_stand import MONDAY, MUNICH, Stand, a_request
from tests.effects.stored_cases import announce, store
from tests.effects.test_telnyx_trouble import carrier_that_says, orders
from tests.effects.test_telnyx_webhooks import EVENT, body_of, hint_of, signed
from tests.examples import carry_out

pytestmark = pytest.mark.timeout(120)

HOSTILE = "Hello\r\nBcc: x@evil.example\x00\u202e {{7*7}} <script>alert(1)</script> '; DROP TABLE cases;--"
ONE_LINE = "Hello Bcc: x@evil.example {{7*7}} <script>alert(1)</script> '; DROP TABLE cases;--"
ACKNOWLEDGED = {"after": "1h", "do": "acknowledge"}
WITHOUT_REFERENCE = ("porting_order.loa_updated", "porting_order.sharing_token_expired")
KINDS = (
    "porting_order.deleted", "porting_order.messaging_changed", "porting_order.new_comment", "porting_order.split",
    "porting_order.status_changed", *WITHOUT_REFERENCE,
)  # fmt: skip


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[TelnyxCounterpart]:
    async with telnyx(tmp_path) as opened:
        # No wire breaks here, and a busy machine has its time.
        opened.carrier = opened.past_the_wire
        yield opened


class Told:
    """Stands for the running case, whose worker can die after it took the news."""

    def __init__(self, case: Case, there: TelnyxCounterpart) -> None:
        self._case, self._there = case, there
        self.dies = False

    async def news(self, case_id: str, news: News) -> None:
        verbs.hear(self._case, news, self._there.now())
        if self.dies:
            self.dies = False
            raise ConnectionResetError


class Desk:
    """A case whose order is out, and all that brings it the carrier's word."""

    def __init__(self, there: TelnyxCounterpart, database: Database, case: Case) -> None:
        self.there, self.database, self.case = there, database, case
        self.told = Told(case, there)
        reader = NewsReader(database, {"telnyx": there.carrier}, Calendars(there.now), there.now)
        self._inbox = CarrierInbox(database, reader, self.told, there.now)
        self._feed = FeedActivities(database, {"telnyx": there.carrier}, there.now)

    async def webhooks_come_in(self) -> None:
        """As the API's door takes them."""
        for hint in await self.there.hints():
            async with self.database.begin() as connection:
                said = (hint.dedupe, hint.reference, hint.carrier_order_id, to_keep(hint), self.there.now())
                await inbox.receive(connection, "telnyx", *said)
        await self.settles()

    async def asks(self) -> int:
        new = await self._feed.fetch("telnyx")
        await self.settles()
        return new

    async def settles(self) -> None:
        while await self._inbox.once():
            pass

    def comments(self) -> list[Entry]:
        return [entry for entry in self.case.fresh if isinstance(entry.event, CommentAdded)]

    def said(self) -> list[str]:
        return [entry.event.text for entry in self.comments() if isinstance(entry.event, CommentAdded)]


async def opened(there: TelnyxCounterpart, database: Database, *steps: dict[str, Any], deaf: bool = False) -> Desk:
    stand = there._stand
    stand.deaf = deaf
    await stand.script(there.lines[0], *steps)
    case = case_of(there)
    await store(database, case)
    answer = await there.carrier.submit(there.request())
    assert isinstance(answer, Accepted) and answer.news is not None
    carry_out(case, SubmitOrder, Accepted(news=with_plans(there, *answer.news.snapshots)), there.now())
    await announce(database, case)
    return Desk(there, database, case)


async def test_a_carriers_comment_lands_on_the_case_once_by_webhook_and_by_list(
    there: TelnyxCounterpart, database: Database
) -> None:
    """In its words as one line, for care alone: hostile text is text."""
    desk = await opened(there, database, {"after": "1h", "do": "comment", "text": HOSTILE})
    await there.days_pass(0.1)
    for _ in range(2):
        await desk.webhooks_come_in()
        await desk.asks()
    (entry,) = desk.comments()
    assert isinstance(entry.event, CommentAdded)
    assert (entry.event.text, entry.event.internal, entry.actor.role) == (ONE_LINE, True, Role.CARRIER)


async def test_after_an_outage_the_list_alone_brings_everything(there: TelnyxCounterpart, database: Database) -> None:
    """Three days without webhooks: the status, each comment and its order of time; asking again brings nothing."""
    steps = ({"after": "1h", "do": "comment", "text": "first"}, {"after": "1h", "do": "comment", "text": "second"})
    desk = await opened(there, database, *steps, deaf=True)
    await there.days_pass(4)
    assert await there.hints() == []
    assert await desk.asks() == 4
    assert desk.said() == ["first", "second"] and desk.case.status is Status.CONFIRMED
    assert await desk.asks() == 0


async def test_a_comment_is_written_down_once_though_the_worker_died_after_it_was_told(
    there: TelnyxCounterpart, database: Database
) -> None:
    """A kill between the signal and the note of it repeats the news."""
    desk = await opened(there, database, {"after": "1h", "do": "comment", "text": "Call us."})
    await there.days_pass(0.1)
    desk.told.dies = True
    with pytest.raises(ConnectionResetError):
        await desk.webhooks_come_in()
    there._stand.clock.at += inbox.LEASE
    await desk.settles()
    assert desk.said() == ["Call us."]


async def test_two_comments_with_the_same_words_are_two(there: TelnyxCounterpart, database: Database) -> None:
    said = {"after": "1h", "do": "comment", "text": "Any news?"}
    desk = await opened(there, database, said, said)
    await there.days_pass(0.2)
    await desk.webhooks_come_in()
    assert desk.said() == ["Any news?", "Any news?"]


async def test_what_we_wrote_ourselves_is_no_comment_of_the_carriers(
    there: TelnyxCounterpart, database: Database
) -> None:
    said = {"after": "1h", "do": "comment", "text": "Thanks."}
    desk = await opened(there, database, ACKNOWLEDGED, {"do": "lose_payload"}, said)
    there._stand.recorder.nonsense = True
    await there.carrier.tell(there.request(), "The fax must keep working.")
    await there.days_pass(0.2)
    await desk.asks()
    assert desk.said() == ["Thanks."]


async def test_a_comment_whose_payload_is_lost_is_read_from_the_order_and_asked_for_again(
    there: TelnyxCounterpart, database: Database
) -> None:
    """No webhook, and the list says only that there was one; the carrier is asked once to send it after all."""
    said = {"after": "1h", "do": "comment", "text": "Call us."}
    desk = await opened(there, database, ACKNOWLEDGED, {"do": "lose_payload"}, said)
    there._stand.recorder.nonsense = True
    await there.days_pass(0.2)
    assert [hint.kind for hint in await there.hints()] == ["porting_order.status_changed"]
    for _ in range(2):
        await desk.asks()
    assert desk.said() == ["Call us."]
    await there.days_pass(0.1)
    assert [hint.comment for hint in await there.hints()] == ["", "Call us."]
    await desk.webhooks_come_in()
    assert desk.said() == ["Call us."]
    assert [one["state"] for one in await there._stand.webhooks()] == ["DELIVERED", "READ", "DELIVERED"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_webhook_without_payload_is_a_hint_that_hides_no_later_one(kind: str) -> None:
    """It does not say whose it is; the same event with its payload, or from the list, is taken all the same."""
    bare = body_of({**EVENT, "event_type": kind, "payload": None})
    whole = body_of({**EVENT, "event_type": kind})
    found = hint_of(bare, signed(bare))
    assert (found.kind, found.reference, found.carrier_order_id, found.comment) == (kind, "", "", "")
    assert found.dedupe != hint_of(whole, signed(whole)).dedupe


@pytest.mark.parametrize("kind", KINDS)
async def test_any_event_of_the_list_without_payload_leads_to_its_order(
    there: TelnyxCounterpart, database: Database, kind: str
) -> None:
    """Never a crash and never a guess: the order is read, which shows nothing new here; the case stays as it is."""
    desk = await opened(there, database)
    before = (desk.case.status, len(desk.case.fresh))
    bare = {"id": "ev-9", "event_type": kind, "payload": None, "porting_order_id": desk.case.order(1).carrier_order_id}
    async with database.begin() as connection:
        hint = hint_of(body_of(bare), signed(body_of(bare)))
        said = (hint.dedupe, hint.reference, hint.carrier_order_id, to_keep(hint), there.now())
        assert hint.carrier_order_id and await inbox.receive(connection, "telnyx", *said)
    await desk.settles()
    assert (desk.case.status, len(desk.case.fresh)) == before
    async with database.read() as connection:
        assert (await connection.execute(select(messages.c.state))).scalars().all() == ["DONE"]


async def test_an_event_that_does_not_say_whose_it_is_is_asked_for_again_once() -> None:
    """Its webhook comes whole then. That the carrier fails at it does not stop what else the list says."""
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            asked.append(request.url.path)
            return JSONResponse({}, 500) if len(asked) == 1 else Response(status_code=204)
        lost = {"id": "ev-1", "event_type": "porting_order.split", "payload": None, "created_at": MONDAY.isoformat()}
        told = {"id": "ev-2", "event_type": WITHOUT_REFERENCE[0], "payload": None, "porting_order_id": "o-1"}
        return orders(lost, {**told, "created_at": (MONDAY + timedelta(minutes=-1)).isoformat()})

    async with carrier_that_says(answer) as carrier:
        for _ in range(3):
            hints, _ = await carrier.events_since("")
            assert [(hint.kind, hint.carrier_order_id) for hint in hints] == [
                ("porting_order.loa_updated", "o-1"), ("porting_order.split", ""),
            ]  # fmt: skip
    assert asked == ["/v2/porting/events/ev-1/republish"] * 2


async def test_a_clock_ahead_of_ours_moves_no_cursor_past_now() -> None:
    """What comes until then would be missed."""
    ahead = {"id": "ev-1", "event_type": WITHOUT_REFERENCE[0], "created_at": (MONDAY + timedelta(hours=5)).isoformat()}
    async with carrier_that_says(orders(ahead)) as carrier:
        _, cursor = await carrier.events_since("")
    assert cursor == MONDAY.isoformat()


async def test_a_deleted_draft_leaves_no_order_and_no_trouble(stand: Stand) -> None:
    """A draft that nobody sent in thirty days; the next attempt makes another."""
    await stand.carrier._orders._create(a_request(), [MUNICH])
    await stand.advance(days=31)
    (listed,), _ = await stand.carrier.events_since((MONDAY - timedelta(days=1)).isoformat())
    assert (listed.kind, listed.reference) == ("porting_order.deleted", "PC-1-1")
    assert await stand.carrier.read(listed.reference, listed.carrier_order_id) == ()
    await stand.submitted(requested_date=None)
    assert (await stand.counts())["orders"] == 1

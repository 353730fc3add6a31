"""Webhooks of the carrier: believed only when signed, of the right time, and never more than a hint (R17, fault 9)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nacl.signing import SigningKey
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature

from carriers.contract import BadSignature, Hint, Trouble, TroubleKind
from carriers.telnyx_webhooks import verified_hint
from porting.orders import OrderStatus
from tests.effects.carrier_stand import MONDAY, MUNICH, Stand, a_request

KEY = SigningKey(bytes(range(32)))
PUBLIC = base64.b64encode(bytes(KEY.verify_key)).decode()
EVENT: dict[str, Any] = {
    "event_type": "porting_order.status_changed", "id": "ev-1", "occurred_at": "2027-01-11T07:59:58.5Z",
    "record_type": "event", "payload": {"id": "o-1", "customer_reference": "PC-1-1", "status": {"value": "submitted"}},
}  # fmt: skip


def body_of(event: Any = None) -> bytes:
    return json.dumps({"data": EVENT if event is None else event, "meta": {"attempt": 1}}).encode()


def signed(body: bytes, at: datetime = MONDAY, key: SigningKey = KEY) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = key.sign(timestamp.encode() + b"|" + body).signature
    return {
        "Telnyx-Timestamp": timestamp, "Telnyx-Signature-Ed25519": base64.b64encode(signature).decode(),
    }  # fmt: skip


def hint_of(body: bytes, headers: Mapping[str, str], now: datetime = MONDAY, key: str = PUBLIC) -> Hint:
    return verified_hint(headers, body, key, now)


def test_a_signed_webhook_becomes_a_hint() -> None:
    assert hint_of(body_of(), signed(body_of())) == Hint(
        dedupe="ev-1", reference="PC-1-1", carrier_order_id="o-1", kind="porting_order.status_changed",
        occurred_at=datetime(2027, 1, 11, 7, 59, 58, 500_000, UTC),
    )  # fmt: skip


def test_our_check_and_the_vendors_agree_on_what_is_signed() -> None:
    """The vendor's own helper knows the wall clock only; at the wall's time both take the same webhook."""
    body, wall = body_of(), datetime.now(UTC)
    verify_webhook_signature(body, signed(body, wall), PUBLIC)
    assert hint_of(body, signed(body, wall), wall).dedupe == "ev-1"
    with pytest.raises(WebhookVerificationError):
        verify_webhook_signature(body + b" ", signed(body, wall), PUBLIC)
    with pytest.raises(BadSignature):
        hint_of(body + b" ", signed(body, wall), wall)


@pytest.mark.parametrize(("seconds", "believed"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_only_webhooks_of_about_now_are_believed(seconds: int, believed: bool) -> None:
    headers = signed(body_of(), MONDAY + timedelta(seconds=seconds))
    if believed:
        assert hint_of(body_of(), headers).dedupe == "ev-1"
    else:
        with pytest.raises(BadSignature):
            hint_of(body_of(), headers)


def test_the_clock_is_the_given_one_and_not_the_walls() -> None:
    """A sandbox in another year verifies by its own clock."""
    far = MONDAY + timedelta(days=4000)
    assert hint_of(body_of(), signed(body_of(), far), far).dedupe == "ev-1"


@pytest.mark.parametrize(
    "change",
    [
        {"Telnyx-Timestamp": ""},
        {"Telnyx-Timestamp": "soon"},
        {"Telnyx-Timestamp": "-1"},
        {"Telnyx-Timestamp": "١٧٩٩٦٥٤٤٠٠"},
        {"Telnyx-Timestamp": "9" * 4000},
        {"Telnyx-Signature-Ed25519": ""},
        {"Telnyx-Signature-Ed25519": "not base64!"},
        {"Telnyx-Signature-Ed25519": "AAAA"},
        {"Telnyx-Signature-Ed25519": base64.b64encode(bytes(64)).decode()},
        {"Telnyx-Signature-Ed25519": "ÄÖÜ"},
    ],
    ids=repr,
)
def test_a_webhook_with_a_wrong_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        hint_of(body_of(), {**signed(body_of()), **change})


def test_another_key_and_a_key_that_is_none_are_refused() -> None:
    with pytest.raises(BadSignature):
        hint_of(body_of(), signed(body_of(), key=SigningKey(bytes(32))))
    for key in ("", "AAAA", "not base64!"):
        with pytest.raises(BadSignature):
            hint_of(body_of(), signed(body_of()), key=key)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"<html>", b"[]", b"17", b'{"data": null}', b'{"data": []}', body_of({}),
        body_of({**EVENT, "id": None}), body_of({**EVENT, "event_type": 4}),
        body_of({**EVENT, "occurred_at": "yesterday"}),
    ],
)  # fmt: skip
def test_a_signed_webhook_that_cannot_be_read_is_trouble(body: bytes) -> None:
    with pytest.raises(Trouble) as trouble:
        hint_of(body, signed(body))
    assert trouble.value.kind is TroubleKind.GARBAGE


@pytest.mark.parametrize(
    ("type_", "payload", "order", "comment"),
    [
        ("porting_order.new_comment", {"porting_order_id": "o-2", "comment": {"body": "Hi\r\n!", "user_type": "admin"}},
         "o-2", "Hi !"),
        ("porting_order.new_comment", {"porting_order_id": "o-2", "comment": {"body": "ours", "user_type": "user"}},
         "o-2", ""),
        ("porting_order.split", {"from": {"id": "o-3"}, "to": {"id": "o-4"}}, "o-3", ""),
        ("porting_order.deleted", {"id": "o-5", "customer_reference": "PC-1-1"}, "o-5", ""),
        ("porting_order.loa_updated", None, "", ""),
        ("porting_order.of_tomorrow", {"whatever": 1}, "", ""),
    ],
)  # fmt: skip
def test_every_type_of_event_is_a_hint(type_: str, payload: Any, order: str, comment: str) -> None:
    body = body_of({**EVENT, "event_type": type_, "payload": payload})
    found = hint_of(body, signed(body))
    assert (found.kind, found.carrier_order_id, found.comment) == (type_, order, comment)


async def test_a_webhook_that_comes_twice_bears_one_id(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "duplicate_webhook"})
    await stand.submitted()
    await stand.advance(days=1)
    first, second = stand.hints
    assert first.dedupe == second.dedupe


async def test_webhooks_out_of_order_leave_the_order_as_it_is(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "reorder_webhooks"})
    await stand.submitted()
    await stand.advance(days=3)
    confirmed, acknowledged = stand.hints
    assert confirmed.occurred_at > acknowledged.occurred_at
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_a_webhook_held_back_without_a_successor_comes_three_days_late(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "acknowledge"}, {"do": "reorder_webhooks"}, {"do": "confirm"})
    await stand.submitted()
    await stand.advance(days=5, hours=23)
    listed, _ = await stand.carrier.events_since("")
    assert (len(stand.hints), len(listed)) == (1, 1)
    await stand.advance(hours=1)
    listed, _ = await stand.carrier.events_since("")
    assert (len(stand.hints), len(listed)) == (2, 2)


async def test_a_stale_webhook_is_refused_and_comes_again_rightly(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "stale_signature"})
    await stand.submitted()
    await stand.advance(days=1)
    assert (len(stand.refused), stand.hints) == (1, [])
    await stand.advance(minutes=1)
    assert (len(stand.refused), len(stand.hints)) == (1, 1)


async def test_what_no_webhook_brought_is_in_the_list_of_events(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "drop_webhook"})
    await stand.submitted()
    await stand.advance(days=1)
    assert stand.hints == []
    assert (await stand.control.get("/_sim/due")).json()["undelivered"] == 1
    hints, cursor = await stand.carrier.events_since("")
    assert [(hint.kind, hint.reference) for hint in hints] == [("porting_order.status_changed", "PC-1-1")]
    assert (await stand.control.get("/_sim/due")).json()["undelivered"] == 0
    await stand.advance(days=2)
    later, cursor = await stand.carrier.events_since(cursor)
    assert [hint.dedupe for hint in later][:-1] == [hints[0].dedupe]
    assert [hint.dedupe for hint in stand.hints] == [later[-1].dedupe]
    again, same = await stand.carrier.events_since(cursor)
    assert ([hint.dedupe for hint in again], same) == ([later[-1].dedupe], cursor)


async def test_a_first_look_at_an_empty_list_has_a_cursor_all_the_same(stand: Stand) -> None:
    hints, cursor = await stand.carrier.events_since("")
    assert hints == ()
    await stand.submitted()
    await stand.advance(days=1)
    assert len((await stand.carrier.events_since(cursor))[0]) == 1


async def test_a_deaf_receiver_is_tried_three_times_and_then_left_to_the_list(stand: Stand) -> None:
    stand.deaf = True
    await stand.submitted()
    await stand.advance(days=1)
    await stand.advance(minutes=5)
    stand.deaf = False
    await stand.advance(minutes=6)
    assert len(stand.hints) == 1
    stand.deaf = True
    await stand.advance(days=2, hours=1)
    stand.deaf = False
    await stand.advance(hours=5)
    assert len(stand.hints) == 1
    assert [(one["state"], one["tries"]) for one in await stand.webhooks()] == [("DELIVERED", 3), ("GIVEN_UP", 3)]
    assert len((await stand.carrier.events_since(""))[0]) == 2


async def test_the_carriers_comment_comes_along(stand: Stand) -> None:
    await stand.script(MUNICH, {"after": "1h", "do": "comment", "text": "Please call the donor."})
    await stand.submitted()
    await stand.advance(hours=1)
    (hint,) = stand.hints
    assert (hint.kind, hint.comment) == ("porting_order.new_comment", "Please call the donor.")
    assert [one.carrier_order_id for one in await stand.carrier.read("", hint.carrier_order_id)] == [
        hint.carrier_order_id
    ]
    (listed,), _ = await stand.carrier.events_since("")
    assert listed.comment == hint.comment


async def test_what_we_did_ourselves_brings_no_webhook(stand: Stand) -> None:
    await stand.submitted()
    await stand.carrier.tell(a_request(), "hello")
    await stand.carrier.cancel(a_request(), whole=True, reason="over")
    assert stand.hints == [] == await stand.webhooks()

"""COIN's dossiers: the real SDK over real HTTP, a journal in a real database, the simulated network behind it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from carriers.coin import CoinCarrier
from carriers.contract import BadSignature, LosingCarrier, Trouble, TroubleKind
from porting.instructions import Accepted, Refused
from porting.orders import OrderStatus
from storage.database import Database
from tests.effects.coin_stand import DUTCH, OTHER_DUTCH, RANGE, Stand, a_request, a_stand
from tests.effects.coin_stand import a_stand as stand_of
from tests.house.sources import ROOT

SPEC = ROOT.parent / "shared" / "specs" / "coin-number-portability-v3.json"
DOCUMENT = json.loads(SPEC.read_text()) if SPEC.exists() else None


@pytest.fixture
async def stand(tmp_path: Path, database: Database) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path, database) as found:
        yield found


async def test_an_order_is_with_the_donor_once_the_clearing_house_took_it(stand: Stand) -> None:
    snapshot = await stand.submitted(DUTCH, RANGE)
    assert snapshot.status is OrderStatus.ACKNOWLEDGED and snapshot.reference == "PC-1-1"
    assert re.fullmatch(r"[-0-9A-Z]{5,26}", snapshot.carrier_order_id)
    (dossier,) = (await stand.orders())["items"]
    assert dossier["id"] == snapshot.carrier_order_id and dossier["phone_numbers_count"] == 11


async def test_a_second_submission_sends_nothing(stand: Stand) -> None:
    """I3: one dossier a reference, however often the case asks for it."""
    first, second = await stand.submitted(), await stand.submitted()
    assert first == second
    assert len((await stand.orders())["received"]) == 1


async def test_two_references_are_two_dossiers(stand: Stand) -> None:
    first = await stand.submitted(DUTCH)
    second = await stand.submitted(DUTCH, reference="PC-1-1.2")
    assert first.carrier_order_id != second.carrier_order_id


async def test_the_answer_names_the_first_possible_date_and_how_long_it_is_good_for(stand: Stand) -> None:
    """The clock stands on Monday 2027-01-11: answered on Tuesday for the Friday, good for 90 calendar days."""
    async with stand.streaming():
        await stand.submitted()
        await stand.days(2)
    snapshot = await stand.shown()
    assert snapshot.status is OrderStatus.DATE_CONFIRMED and snapshot.first_possible
    assert snapshot.date == date(2027, 1, 15)
    assert snapshot.valid_until == date(2027, 1, 12) + timedelta(days=90)


async def test_a_delay_says_until_when(stand: Stand) -> None:
    await stand.script(DUTCH, {"after": "1bd", "do": "delay", "date": "+3bd", "codes": ["12"]})
    async with stand.streaming():
        await stand.submitted()
        await stand.days(1.5)
        snapshot = await stand.shown()
    assert snapshot.status is OrderStatus.ACKNOWLEDGED
    (why,) = snapshot.reasons
    assert (why.code, why.carrier_code) == ("DONOR_SILENT", "12") and "2027-01-15 17:00" in why.text
    (arrival,) = await stand.arrivals()
    assert arrival["reference"] == "PC-1-1" and arrival["payload"]["comment"] == why.text


async def test_a_blocked_series_is_refused_and_the_rest_goes_on(stand: Stand) -> None:
    """R07, R16, R19: the operator's table turns the code into a reason of ours; code and note are kept."""
    step = {"do": "block", "codes": ["2"], "numbers": [OTHER_DUTCH], "text": "Klantnummer onbekend"}
    await stand.script(DUTCH, step)
    async with stand.streaming():
        await stand.submitted(DUTCH, OTHER_DUTCH)
        await stand.days(1)
    snapshot = await stand.shown()
    assert snapshot.status is OrderStatus.DATE_CONFIRMED
    (refused,) = snapshot.refused
    assert refused.numbers == (OTHER_DUTCH,)
    (why,) = refused.reasons
    assert (why.code, why.carrier_code, why.text) == ("ACCOUNT_MISMATCH", "2", "Klantnummer onbekend")
    done = await stand.carrier.activate(a_request(DUTCH))
    assert isinstance(done, Accepted) and done.news and done.news.snapshots[0].status is OrderStatus.PORTED


async def test_a_code_without_a_row_is_other_and_kept(stand: Stand) -> None:
    await stand.script(DUTCH, {"do": "block", "codes": ["63"]})
    async with stand.streaming():
        await stand.submitted()
        await stand.days(1)
    snapshot = await stand.shown()
    assert snapshot.status is OrderStatus.EXCEPTION and not snapshot.refused
    assert [(one.code, one.carrier_code) for one in snapshot.reasons] == [("OTHER", "63")]


async def test_what_was_blocked_goes_out_anew_under_another_reference(stand: Stand) -> None:
    await stand.script(DUTCH, {"do": "block", "codes": ["2"]}, {"do": "answer", "date": "+5bd"})
    async with stand.streaming():
        await stand.submitted()
        await stand.days(1)
        await stand.submitted(reference="PC-1-1.2")
        await stand.days(2)
    assert (await stand.shown()).status is OrderStatus.EXCEPTION
    assert (await stand.shown("PC-1-1.2")).status is OrderStatus.DATE_CONFIRMED


async def test_our_own_word_ports_the_numbers_in_parts(stand: Stand) -> None:
    async with stand.streaming():
        await stand.submitted(DUTCH, OTHER_DUTCH)
        await stand.days(1)
    await stand.carrier.activate(a_request(DUTCH))
    half = await stand.shown()
    assert half.status is OrderStatus.DATE_CONFIRMED and half.ported == (DUTCH,)
    await stand.carrier.activate(a_request(DUTCH))
    await stand.carrier.activate(a_request(OTHER_DUTCH))
    whole = await stand.shown()
    assert whole.status is OrderStatus.PORTED and whole.date == date(2027, 1, 12)
    sent = [one for one in (await stand.orders())["received"] if one["verb"] == "portingperformed"]
    assert len(sent) == 2 and sent[0]["detail"]["donornetworkoperator"] == "DONR"


async def test_nothing_is_ported_that_the_donor_did_not_agree_to(stand: Stand) -> None:
    await stand.submitted()
    answer = await stand.carrier.activate(a_request())
    assert isinstance(answer, Refused) and answer.reasons[0].code == "ACTIVATION_FAILED"


async def test_a_dossier_is_cancelled_once(stand: Stand) -> None:
    await stand.submitted()
    for _ in range(2):
        answer = await stand.carrier.cancel(a_request(), True, "changed our mind")
        assert isinstance(answer, Accepted) and answer.news
        assert answer.news.snapshots[0].status is OrderStatus.CANCELLED
    assert [one["verb"] for one in (await stand.orders())["received"]] == ["portingrequest", "cancel"]


async def test_a_line_that_is_given_up_is_left_out_of_what_is_ported(stand: Stand) -> None:
    """COIN cancels whole dossiers only."""
    async with stand.streaming():
        await stand.submitted(DUTCH, OTHER_DUTCH)
        await stand.days(1)
    await stand.carrier.cancel(a_request(OTHER_DUTCH), False, "")
    assert (await stand.shown()).numbers == (DUTCH,)
    await stand.carrier.activate(a_request(DUTCH))
    assert (await stand.shown()).status is OrderStatus.PORTED
    assert (await stand.orders())["items"][0]["status"]["value"] == "answered"


async def test_it_is_too_late_to_cancel_what_is_ported(stand: Stand) -> None:
    async with stand.streaming():
        await stand.submitted()
        await stand.days(1)
    await stand.carrier.activate(a_request())
    answer = await stand.carrier.cancel(a_request(), True, "")
    assert isinstance(answer, Refused) and answer.reasons[0].code == "TOO_LATE"


async def test_what_coin_cannot_do_is_said_plainly(stand: Stand) -> None:
    assert isinstance(await stand.carrier.tell(a_request(), "hello"), Refused)
    assert isinstance(await stand.carrier.change_date(a_request(), date(2027, 2, 1)), Refused)
    assert await stand.carrier.events_since("") == ((), "")
    with pytest.raises(BadSignature):
        stand.carrier.verify({}, b"{}")
    assert await stand.carrier.read("PC-9-9") == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"numbers": ("+498912345678",)}, None),
        ({"losing_carrier": LosingCarrier(account_number="9" * 21)}, "losing_carrier.account_number"),
    ],
)
async def test_what_the_form_does_not_take_is_refused_before_anything_leaves(
    stand: Stand, changes: dict[str, object], field: str | None
) -> None:
    """R19: the SDK's own checks raise ValueError, and search where they should match."""
    answer = await stand.carrier.submit(a_request(**changes))  # type: ignore[arg-type]
    assert isinstance(answer, Refused)
    assert [(one.code, one.field) for one in answer.reasons] == [("DATA_INVALID", field)]
    assert stand.wire.bodies == [] and await stand.journal() == []


async def test_a_400_is_refused_with_the_clearing_houses_own_words(stand: Stand) -> None:
    body = {"transactionId": "1", "errors": [{"code": 1000, "message": "postcode is strange"}]}
    stand.wire.answers.append(("portingrequest", (400, "application/json", json.dumps(body).encode())))
    answer = await stand.carrier.submit(a_request())
    assert isinstance(answer, Refused)
    assert [(one.code, one.carrier_code, one.text) for one in answer.reasons] == [
        ("DATA_INVALID", "1000", "postcode is strange")
    ]
    assert (await stand.submitted()).status is OrderStatus.ACKNOWLEDGED


@pytest.mark.parametrize("fault", ["http_500", "http_500_after_write", "timeout", "garbage"])
async def test_a_write_that_may_have_taken_effect_is_repeated_as_the_same_dossier(stand: Stand, fault: str) -> None:
    """I3: COIN tells of the duplicate, and that is no error."""
    await stand.script(DUTCH, {"do": fault})
    async with stand.streaming():
        with pytest.raises(Trouble) as trouble:
            await stand.carrier.submit(a_request())
        assert trouble.value.kind in {TroubleKind.OUTCOME_UNKNOWN, TroubleKind.GARBAGE}
        await stand.submitted()
        await stand.days(1)
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED
    assert len((await stand.orders())["items"]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", b"<html>Onderhoud</html>"),
        (200, "application/json", b'{"transactionId": "1'),
        (200, "application/json", b'{"not-a-name": 1, "class": 2}'),
        (200, "application/json", b"[" * 100_000),
        (200, "application/json", b'{"transactionId": "' + b"x" * 10_000_000 + b'"}'),
        (302, "text/html", b""),
        (503, "text/html", b"<html>"),
    ],
    ids=["html", "truncated", "no names", "deep", "10 MB", "moved", "away"],
)  # fmt: skip
async def test_an_answer_that_cannot_be_read_is_trouble_and_harms_nothing(
    stand: Stand, answer: tuple[int, str, bytes]
) -> None:
    stand.wire.answers.append(("portingrequest", answer))
    with pytest.raises(Trouble) as trouble:
        await stand.carrier.submit(a_request())
    assert not trouble.value.permanent
    assert (await stand.submitted()).status is OrderStatus.ACKNOWLEDGED


async def test_wrong_keys_are_denied_and_need_a_person(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    async with stand_of(tmp_path / "other", stand.database) as other:
        strange = CoinCarrier(
            type(stand.access)(**{**vars(stand.access), "base_url": other.url}), stand.carrier._journal,
            stand.carrier._codes, stand.clock.now,
        )  # fmt: skip
        with pytest.raises(Trouble) as trouble:
            await strange.submit(a_request())
    assert trouble.value.kind is TroubleKind.DENIED


async def test_a_network_that_is_away_is_unavailable(stand: Stand) -> None:
    access = type(stand.access)(**{**vars(stand.access), "base_url": "http://127.0.0.1:9"})
    away = CoinCarrier(access, stand.carrier._journal, stand.carrier._codes, stand.clock.now)
    with pytest.raises(Trouble) as trouble:
        await away.submit(a_request())
    assert trouble.value.kind is TroubleKind.UNAVAILABLE


async def test_attempts_that_race_make_one_dossier(stand: Stand) -> None:
    async with stand.streaming():
        await asyncio.gather(*(stand.carrier.submit(a_request()) for _ in range(4)))
        await stand.days(1)
    assert len((await stand.orders())["items"]) == 1
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_what_is_sent_keeps_to_the_published_schema(stand: Stand) -> None:
    """The SDK's own explicit nulls would not."""
    if DOCUMENT is None:
        pytest.skip("the vendor's document is not here")
    from openapi_schema_validator import OAS30Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    async with stand.streaming():
        await stand.submitted(DUTCH, RANGE)
        await stand.days(1)
        await stand.carrier.activate(a_request(DUTCH))
        await stand.submitted(reference="PC-1-2")
        await stand.carrier.cancel(a_request(reference="PC-1-2"), True, "")
    registry = Registry().with_resource("urn:coin", Resource(DOCUMENT, DRAFT4))
    names = {"portingrequest": "PortingRequest", "portingperformed": "PortingPerformed", "cancel": "Cancel"}
    seen = set()
    for path, body in stand.wire.bodies:
        if path in names:
            seen.add(path)
            schema = {"$ref": f"urn:coin#/components/schemas/{names[path]}Envelope"}
            OAS30Validator(schema, registry=registry).validate(json.loads(body))
    assert seen == set(names)


async def test_the_journal_keeps_nothing_of_the_end_customer(stand: Stand) -> None:
    await stand.submitted()
    assert "Voorbeeld" not in json.dumps([one["body"] for one in await stand.journal()])

"""COIN's stream: kept, confirmed, left behind; a break anywhere loses nothing and applies nothing twice (I6, I10)."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.carrier_journal import StoredInlet
from porting.orders import OrderStatus
from storage.database import Database
from tests.effects.coin_stand import DUTCH, Stand, a_request, a_stand

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def stand(tmp_path: Path, database: Database) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path, database) as found:
        yield found


def an_answer(stand: Stand, day: str = "20270118000000", **changes: Any) -> dict[str, Any]:
    series = {"start": "0882345678", "end": "0882345678"}
    seq = {"numberseries": series, "firstpossibledate": day}
    return {"dossierid": stand.dossier, "blocking": "N", "repeats": [{"seq": seq}], **changes}


@pytest.mark.parametrize(
    "shape", ["duplicate_message", "drop_stream", "repeat_stream", "garbage_message", "reorder_messages"]
)
async def test_a_stream_that_misbehaves_brings_each_message_once(stand: Stand, shape: str) -> None:
    """Twice, cut in the middle, from its start again, garbled, in another order: the dossier ends the same."""
    await stand.script(DUTCH, {"do": shape}, {"after": "1h", "do": "delay"}, {"after": "1bd", "do": "answer"})
    async with stand.streaming():
        await stand.submitted()
        await stand.days(3)
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED
    kinds = [one["payload"]["kind"] for one in await stand.arrivals() if one["reference"]]
    assert sorted(kinds) == ["portingrequestanswer", "pradelayed"]


async def test_a_late_older_answer_does_not_undo_a_newer_one(stand: Stand) -> None:
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("portingrequestanswer", an_answer(stand, "20270125000000"), stand.clock.at)
        await stand.tell("portingrequestanswer", an_answer(stand), stand.clock.at - timedelta(hours=5))
        await stand.heard(2)
    assert (await stand.shown()).date == date(2027, 1, 25)


async def test_a_clock_that_is_ahead_lengthens_no_approval(stand: Stand) -> None:
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("portingrequestanswer", an_answer(stand), stand.clock.at + timedelta(days=20))
        await stand.heard(1)
    assert (await stand.shown()).valid_until == stand.clock.at.date() + timedelta(days=90)


@pytest.mark.parametrize(
    "garbage",
    ['{"message": {"hea', "<html>Onderhoud</html>", "[" * 5000, '{"message": {"class": 1}}', "\ud800", "7"],
    ids=["truncated", "html", "deep", "no names", "half a pair", "a number"],
)
async def test_garbage_is_kept_raw_and_confirmed(stand: Stand, garbage: str) -> None:
    """What cannot be read must not stop what comes behind it."""
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("portingrequestanswer", garbage.encode("utf-8", "replace").decode())
        await stand.tell("portingrequestanswer", an_answer(stand))
        first, _ = await stand.heard(2)
        await stand.all_confirmed()
    assert first["payload"]["raw"][:5] == garbage.encode("utf-8", "replace").decode()[:5] and not first["reference"]
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_a_message_of_ten_megabytes_is_cut_and_confirmed(stand: Stand) -> None:
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("portingrequestanswer", an_answer(stand, note="x" * 10_000_000))
        await stand.tell("portingrequestanswer", an_answer(stand))
        first, _ = await stand.heard(2)
    assert len(first["payload"]["raw"]) <= 64 * 1024
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_what_others_port_is_confirmed_and_not_kept(stand: Stand) -> None:
    """Every operator hears of every port in the country."""
    series = {"seq": {"numberseries": {"start": "0201234567", "end": "0201234567"}}}
    body = {"dossierid": "OTHR-12345", "recipientnetworkoperator": "OTHR", "donornetworkoperator": "DONR"}
    async with stand.streaming():
        await stand.tell("portingperformed", {**body, "repeats": [series]})
        await stand.all_confirmed()
    assert await stand.arrivals() == []


async def test_what_others_ask_of_us_as_their_donor_is_kept_and_stops_nothing(stand: Stand) -> None:
    """Dossiers of other carriers: the stream goes on, and none of them passes for an order of ours."""
    series = {"seq": {"numberseries": {"start": "0882345678", "end": "0882345678"}}}
    theirs = {"dossierid": "OTHR-12345", "repeats": [series]}
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("portingrequest", {**theirs, "recipientnetworkoperator": "OTHR"})
        await stand.tell("portingrequestanswer", {**theirs, "blocking": "N"})
        await stand.tell("cancel", theirs)
        await stand.tell("portingrequestanswer", an_answer(stand))
        arrivals = await stand.heard(4)
        await stand.all_confirmed()
    assert [bool(one["reference"]) for one in arrivals] == [False, False, False, True]
    assert [one.reference for one in await stand.carrier.open_orders()] == ["PC-1-1"]
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_numbers_that_are_not_ours_change_nothing(stand: Stand) -> None:
    await stand.submitted()
    other = {"numberseries": {"start": "0201234567", "end": "0201234567"}, "firstpossibledate": "20270118000000"}
    async with stand.streaming():
        await stand.tell("portingrequestanswer", an_answer(stand, repeats=[{"seq": other}]))
        await stand.heard(1)
    assert (await stand.shown()).status is OrderStatus.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "body", "status", "codes"),
    [
        ("cancel", {"note": "klant ziet ervan af"}, OrderStatus.CANCELLED, ["CANCELLED_BY_CARRIER"]),
        (
            "errorfound", {"repeats": [{"seq": {"errorcode": "444", "description": "donor unknown"}}]},
            OrderStatus.EXCEPTION, ["OTHER"],
        ),
        ("portingrequestanswer", {"blocking": "Y", "repeats": []}, OrderStatus.UNKNOWN, []),
        ("portingrequestanswer", {"blocking": "N", "repeats": 7}, OrderStatus.UNKNOWN, []),
    ],
)  # fmt: skip
async def test_each_message_has_its_meaning(
    stand: Stand, kind: str, body: dict[str, Any], status: OrderStatus, codes: list[str]
) -> None:
    """R17, R19: what is not understood is shown as it is, for care."""
    await stand.submitted()
    async with stand.streaming():
        await stand.tell(kind, {"dossierid": stand.dossier, **body})
        await stand.heard(1)
    snapshot = await stand.shown()
    assert snapshot.status is status and [one.code for one in snapshot.reasons] == codes


async def test_a_message_that_nobody_knows_goes_to_care(stand: Stand) -> None:
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("enumactivationrange", {"dossierid": stand.dossier})
        await stand.heard(1)
    snapshot = await stand.shown()
    assert (snapshot.status, snapshot.raw_status) == (OrderStatus.UNKNOWN, "enumactivationrange")


async def test_the_stream_goes_on_from_its_own_offset(stand: Stand) -> None:
    inlet = StoredInlet(stand.database, "coin", stand.clock.now)
    await stand.submitted()
    async with stand.streaming():
        await stand.tell("portingrequestanswer", an_answer(stand))
        await stand.heard(1)
        await stand.until(lambda: _is(inlet, "1"))
    await stand.tell("pradelayed", {"dossierid": stand.dossier, "donornetworkoperator": "DONR"})
    async with stand.streaming():
        await stand.heard(2)
        await stand.until(lambda: _is(inlet, "2"))
    assert await inlet.offset() == "2"


async def _is(inlet: StoredInlet, offset: str) -> bool:
    return await inlet.offset() == offset


@pytest.mark.parametrize("point", ["after_stream_inbox", "after_stream_confirm", "after_stream_offset"])
async def test_killed_at_any_point_the_process_goes_on_and_nothing_comes_twice(
    stand: Stand, tmp_path: Path, point: str
) -> None:
    """The real process, killed as by kill -9 between each two of its steps."""
    await stand.submitted()
    await stand.carrier.submit(a_request(reference="PC-1-2"))
    for day in ("20270118000000", "20270119000000", "20270120000000"):
        await stand.tell("portingrequestanswer", an_answer(stand, day))
    for crash in (point, ""):
        process = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-P", "-m", "launch.cli", "carrier-stream", "coin"],
            env={**os.environ, **_settings(stand, tmp_path), "PORTDESK_CRASH": crash}, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=(tmp_path / "stream.log").open("ab"),
        )  # fmt: skip
        try:
            await stand.until(lambda p=process, c=crash: _dead_or_done(stand, p, c), 90)
        finally:
            process.kill()
            process.wait()
    assert [one["payload"]["kind"] for one in await stand.arrivals()] == ["portingrequestanswer"] * 3
    assert (await stand.shown()).date == date(2027, 1, 20)
    received = [one for one in await stand.journal() if one["state"] == "RECEIVED"]
    assert len(received) == 3 and len({json.dumps(one["body"]) for one in received}) == 3


async def _dead_or_done(stand: Stand, process: "subprocess.Popen[bytes]", crash: str) -> bool:
    if crash:
        return process.poll() is not None
    inlet = StoredInlet(stand.database, "coin", stand.clock.now)
    return process.poll() is not None or (len(await stand.arrivals()) == 3 and await _is(inlet, "3"))


def _settings(stand: Stand, folder: Path) -> dict[str, str]:
    said = {
        "VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'portdesk.db'}", "COIN_BASE_URL": stand.url,
        "COIN_CONSUMER": stand.access.consumer, "COIN_NETWORK_OPERATOR": "PRTD",
        "COIN_PRIVATE_KEY_PATH": str(stand.keys.private), "COIN_SHARED_KEY_PATH": str(stand.keys.shared),
    }  # fmt: skip
    return {f"PORTDESK_{name}": value for name, value in said.items()}

"""COIN's word that numbers leave us: one notice, however often the stream brings it, and only for ours (R38)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carriers.coin_port_outs import leaving
from porting.instructions import Accepted
from service.carrier_inbox import CarrierInbox
from storage.database import Database
from tests.effects.coin_stand import DUTCH, Stand, a_request, a_stand
from tests.effects.test_coin_stream import ROOT, _settings
from tests.effects.test_port_outs import World, ported

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
OURS = {"start": "0882345678", "end": "0882345678"}


@pytest.fixture
async def stand(tmp_path: Path, database: Database) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path, database) as found:
        yield found


def a_deactivation(*series: dict[str, str], **changes: Any) -> dict[str, Any]:
    repeats = [{"seq": {"numberseries": one}} for one in series or (OURS,)]
    said = {"dossierid": "OTHR-12345", "currentnetworkoperator": "OTHR", "originalnetworkoperator": "PRTD"}
    return {**said, "repeats": repeats, **changes}


async def notices(stand: Stand) -> list[dict[str, Any]]:
    return await World(stand.database).rows("port_outs")


async def test_a_deactivation_of_our_number_becomes_a_notice(stand: Stand) -> None:
    await ported(stand.database, DUTCH)
    async with stand.streaming():
        await stand.tell("deactivation", a_deactivation())
        (arrival,) = await stand.heard(1)
    (notice,) = await notices(stand)
    assert (notice["numbers"], notice["case_id"], notice["winning_carrier"]) == ([DUTCH], "PC-1", "OTHR")
    assert (notice["source"], notice["message_id"]) == ("coin", "deactivation/OTHR-12345")
    assert notice["leaves_on"] == stand.clock.at.date() and notice["next_try_at"] == stand.clock.at
    assert arrival["payload"]["port_outs"] == [notice["id"]]


async def test_the_partner_is_told_of_it_and_the_message_is_settled(stand: Stand) -> None:
    await ported(stand.database, DUTCH)
    async with stand.streaming():
        await stand.tell("deactivation", a_deactivation())
        await stand.heard(1)
    world = World(stand.database)
    world.now = stand.clock.at
    await world.rest()
    nobody: Any = None
    assert await CarrierInbox(stand.database, nobody, nobody, stand.clock.now).once() == 1
    assert (await stand.arrivals())[0]["note"].startswith("a notice of a port-out: PO-")
    assert [DUTCH in mail["subject"] for mail in await world.rows("mails")] == [True]


async def test_numbers_of_others_are_kept_as_a_message_and_nothing_more(stand: Stand) -> None:
    await ported(stand.database, DUTCH)
    async with stand.streaming():
        await stand.tell("deactivation", a_deactivation({"start": "0882345699", "end": "0882345699"}))
        (arrival,) = await stand.heard(1)
    assert arrival["payload"]["kind"] == "deactivation" and "0882345699" in arrival["payload"]["raw"]
    assert await notices(stand) == [] and await stand.journal() == []


async def test_a_port_with_us_as_the_donor_is_a_notice_too(stand: Stand) -> None:
    """Every operator hears of every port; of those that others carry out between them nothing is kept."""
    await ported(stand.database, DUTCH)
    body = {"recipientnetworkoperator": "OTHR", "actualdatetime": "20270104093000", "repeats": []}
    body["repeats"] = [{"seq": {"numberseries": OURS}}]
    async with stand.streaming():
        await stand.tell("portingperformed", {**body, "dossierid": "OTHR-1", "donornetworkoperator": "DONR"})
        await stand.tell("portingperformed", {**body, "dossierid": "OTHR-2", "donornetworkoperator": "PRTD"})
        await stand.heard(1)
        await stand.all_confirmed()
    (notice,) = await notices(stand)
    assert (notice["message_id"], notice["leaves_on"]) == ("portingperformed/OTHR-2", date(2027, 1, 4))
    assert len(await stand.arrivals()) == 1


async def test_what_is_said_again_does_not_take_away_a_number_that_came_back(stand: Stand) -> None:
    """A stream that repeats from its start tells of the time before the number was ported to us once more."""
    await ported(stand.database, DUTCH)
    async with stand.streaming():
        await stand.tell("deactivation", a_deactivation())
        await stand.heard(1)
        await ported(stand.database, DUTCH, case_id="PC-2", days=60)
        await stand.tell("deactivation", a_deactivation(), stand.clock.at + timedelta(minutes=1))
        await stand.heard(2)
    assert [notice["case_id"] for notice in await notices(stand)] == ["PC-1"]


async def test_the_same_dossier_under_another_id_of_the_stream_is_one_notice(stand: Stand) -> None:
    await ported(stand.database, DUTCH)
    async with stand.streaming():
        for hours in range(3):
            await stand.tell("deactivation", a_deactivation(), stand.clock.at + timedelta(minutes=hours))
        await stand.heard(3)
    assert len(await notices(stand)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"repeats": 7}, {"repeats": []}, {"repeats": [{"seq": {"numberseries": {"start": "1", "end": "x"}}}]},
        {"repeats": [{"seq": {"numberseries": {"start": "0882345679", "end": "0882345670"}}}]},
        {"repeats": [{"seq": 1}, None, {"seq": {"numberseries": "all"}}]},
    ],
)  # fmt: skip
def test_a_message_without_numbers_says_nothing(changes: dict[str, Any]) -> None:
    assert leaving("deactivation", a_deactivation(**changes), "key", "PRTD", NOW) is None


@pytest.mark.parametrize(
    ("said", "winner"),
    [
        ({}, "OTHR"),
        ({"currentnetworkoperator": "PRTD", "originalnetworkoperator": "BEN"}, "BEN"),
        ({"currentnetworkoperator": "PRTD", "originalnetworkoperator": None, "sender": "XENO"}, "XENO"),
        ({"currentnetworkoperator": "PRTD", "sender": "CRDB"}, ""),
        ({"currentnetworkoperator": "A\r\nBcc: b"}, "A Bcc: b"),
    ],
)
def test_whose_the_numbers_become_is_read_where_it_is_said(said: dict[str, Any], winner: str) -> None:
    found = leaving("deactivation", a_deactivation(**said), "key", "PRTD", NOW)
    assert found is not None and found.winning_carrier == winner


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ({"said": "20270110233000"}, date(2027, 1, 10)),
        ({"said": "99991231235959"}, date(2027, 1, 11)),
        ({"said": "nonsense"}, date(2027, 1, 11)),
        ({"actualdatetime": "20270118120000"}, date(2027, 1, 18)),
    ],
)
def test_a_day_out_of_reach_is_today(said: dict[str, Any], day: date) -> None:
    found = leaving("deactivation", a_deactivation(**said), "key", "PRTD", NOW)
    assert found is not None and found.leaves_on == day


def test_a_dossier_id_that_is_none_does_not_name_a_notice() -> None:
    found = leaving("deactivation", a_deactivation(dossierid="' OR 1"), "key", "PRTD", NOW)
    assert found is not None and found.message_id == "key"


@pytest.mark.parametrize("shape", ["repeat_stream", "duplicate_message", "drop_stream"])
async def test_the_rehearsed_network_can_tell_of_a_port_out(stand: Stand, shape: str) -> None:
    """So long after the port, and however the stream behaves: one notice."""
    await ported(stand.database, DUTCH)
    await stand.script(DUTCH, {"do": "answer"}, {"do": shape}, {"after": "30d", "do": "deactivate", "carrier": "BEN"})
    async with stand.streaming():
        await stand.submitted()
        await stand.days(5)
        assert isinstance(await stand.carrier.activate(a_request()), Accepted)
        began = stand.clock.at
        await stand.days(29)
        assert await notices(stand) == []
        await stand.days(2)
    (notice,) = await notices(stand)
    assert notice["winning_carrier"] == "BEN" and notice["numbers"] == [DUTCH]
    assert notice["leaves_on"] == (began + timedelta(days=30)).date()


async def test_numbers_that_were_ported_can_be_made_to_leave_by_a_later_script(stand: Stand) -> None:
    await ported(stand.database, "+3188234570X")
    async with stand.streaming():
        await stand.submitted("+3188234570X")
        await stand.days(5)
        await stand.carrier.activate(a_request("+3188234570X"))
        await stand.script("+3188234570X", {"do": "deactivate", "numbers": ["+31882345703"]})
        await stand.days(1)
    assert [one["numbers"] for one in await notices(stand)] == [["+31882345703"]]


@pytest.mark.parametrize("point", ["after_stream_inbox", "after_stream_confirm", "after_stream_offset"])
async def test_killed_at_any_point_a_deactivation_is_one_notice(stand: Stand, tmp_path: Path, point: str) -> None:
    """The real process, killed as by kill -9 between each two of its steps; the stream then repeats."""
    await ported(stand.database, DUTCH, "+3188234570X")
    await stand.tell("deactivation", a_deactivation())
    await stand.tell("deactivation", a_deactivation({"start": "0882345703", "end": "0882345703"}, dossierid="OTHR-2"))
    for crash in (point, point, ""):
        process = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-P", "-m", "launch.cli", "carrier-stream", "coin"],
            env={**os.environ, **_settings(stand, tmp_path), "PORTDESK_CRASH": crash}, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=(tmp_path / "stream.log").open("ab"),
        )  # fmt: skip
        try:
            await stand.until(lambda p=process, c=crash: _over(stand, p, c), 90)
        finally:
            process.kill()
            process.wait()
    assert sorted(one["numbers"] for one in await notices(stand)) == [[DUTCH], ["+31882345703"]]
    assert len(await stand.arrivals()) == 2


async def _over(stand: Stand, process: subprocess.Popen[bytes], crash: str) -> bool:
    """Killed; and without a crash point, everything read."""
    return process.poll() is not None if crash else len(await notices(stand)) == 2

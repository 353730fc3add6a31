"""The letter that the carrier prepares: the order's own data, under the operator's letterhead (R11)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from activities.carrier_health import CarrierHealth, watched
from carriers.contract import TroubleKind
from carriers.letters import PreparesLetters
from carriers.listing import ListsOrders
from launch.doctor import carrier_settings
from launch.settings import load
from storage.database import Database
from tests.effects.carrier_stand import KEY, MUNICH, Stand, a_document, a_request
from tests.effects.test_telnyx_groups import a_group
from tests.effects.test_telnyx_trouble import ORDER, carrier_that_says, orders, trouble_of

NOWHERE = "de748d99-06fa-4d90-9f9a-f4b62696bada"
ADDRESS = {
    "street_address": "1 Main Street", "city": "Chicago", "state": "IL", "zip_code": "60601", "country_code": "US",
}  # fmt: skip


async def a_letterhead(stand: Stand, company: str) -> str:
    (logo,) = (await stand.carrier._sending._papers.uploaded((a_document("logo", b"logo", "DOC-9"),))).values()
    body = {
        "name": "ours", "company_name": company, "address": ADDRESS, "logo": {"document_id": logo[0]},
        "contact": {"email": "porting@desk.example", "phone_number": "+13125550123"},
    }  # fmt: skip
    made = await stand.control.post("/v2/porting/loa_configurations", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["data"]["id"])


async def test_a_letter_is_filled_in_for_the_order_under_the_letterhead_that_is_set(stand: Stand) -> None:
    order = await stand.submitted()
    carrier = stand.new_carrier(loa_configuration=await a_letterhead(stand, "Portdesk Telecom"))
    for letter in (await carrier.letter("PC-1-1", order.carrier_order_id), await carrier.letter("PC-1-1", "")):
        assert letter is not None and letter.startswith(b"%PDF-")
        assert all(text in letter for text in (MUNICH.encode(), b"Beispiel GmbH", b"Portdesk Telecom"))
    default = await stand.carrier.letter("PC-1-1", order.carrier_order_id)
    assert default is not None and b"Portdesk Telecom" not in default
    await carrier.close()


async def test_without_an_order_or_after_its_end_there_is_no_letter(stand: Stand) -> None:
    assert await stand.carrier.letter("PC-1-1", "") is None
    order = await stand.submitted()
    await stand.carrier.cancel(a_request(), whole=True, reason="over")
    assert await stand.carrier.letter("PC-1-1", order.carrier_order_id) is None


async def test_a_letterhead_that_is_not_there_is_the_operators_to_mend(stand: Stand) -> None:
    order = await stand.submitted()
    carrier = stand.new_carrier(loa_configuration=NOWHERE)
    trouble = await trouble_of(carrier.letter("PC-1-1", order.carrier_order_id))
    assert (trouble.kind, NOWHERE in trouble.text) == (TroubleKind.DENIED, True)
    await carrier.close()


@pytest.mark.parametrize("said", [HTMLResponse("<p>hello</p>"), JSONResponse({"data": {}}), Response(b"")])
async def test_what_is_no_pdf_is_no_letter(said: Response) -> None:
    async def answer(request: Request) -> Response:
        return said if request.url.path.endswith("loa_template") else orders(ORDER)

    async with carrier_that_says(answer) as carrier:
        assert (await trouble_of(carrier.letter("PC-1-1", "o-1"))).kind is TroubleKind.GARBAGE


async def test_a_watched_carrier_can_do_what_the_carrier_can(stand: Stand, tmp_path: Path) -> None:
    """Whoever asks whether it prepares letters or lists its orders sees it by the method."""
    health = CarrierHealth(Database(f"sqlite:///{tmp_path / 'none.db'}"), lambda: datetime.now(UTC))
    told = watched(stand.carrier, health)
    assert isinstance(told, PreparesLetters) and isinstance(told, ListsOrders)

    class Plain:
        name, capabilities = "plain", stand.carrier.capabilities

    class Writes(Plain):
        letter = stand.carrier.letter

    for kind, able in ((Plain, (False, False)), (Writes, (True, False))):
        seen = watched(kind(), health)  # type: ignore[arg-type]
        assert (isinstance(seen, PreparesLetters), isinstance(seen, ListsOrders)) == able


async def test_the_doctor_asks_the_carrier_for_what_the_settings_name(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that is not there is named, with the numbers that it is for; what is there is not."""
    there = await a_letterhead(stand, "Portdesk Telecom")
    groups = {"DE:GEOGRAPHIC": await a_group(stand, "DE", x="y"), "FR": NOWHERE}
    environment = {
        "VAR": tmp_path, "TELNYX_API_KEY": KEY, "TELNYX_BASE_URL": f"{stand.url}/v2",
        "TELNYX_LOA_CONFIGURATION": there, "TELNYX_REQUIREMENT_GROUPS": json.dumps(groups),
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(f"PORTDESK_{name}", str(value))
    found = await carrier_settings(load())
    assert (found.state, found.says.partition(";")[0]) == (
        "BAD", f"telnyx: requirement group {NOWHERE} for FR is not there",
    )  # fmt: skip
    monkeypatch.setenv("PORTDESK_TELNYX_REQUIREMENT_GROUPS", "")
    assert (await carrier_settings(load())).state == "ok"
    monkeypatch.setenv("PORTDESK_TELNYX_LOA_CONFIGURATION", NOWHERE)
    assert f"LOA configuration {NOWHERE} is not there" in (await carrier_settings(load())).says
    monkeypatch.setenv("PORTDESK_TELNYX_BASE_URL", "http://127.0.0.1:9/v2")
    assert "telnyx could not be asked" in (await carrier_settings(load())).says

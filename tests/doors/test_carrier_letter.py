"""The carrier's letter of authorisation over HTTP: for whose order, and in plain words why there is none (R11)."""

from __future__ import annotations

import pytest

from carriers.contract import Trouble, TroubleKind
from porting.commands import NewsKind
from porting.reasons import reason
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import PDF, ApiWorld, Caller, SignedCarrier, is_problem

MUNICH, NEIGHBOUR, NEW_YORK = "+498912345678", "+498912345679", "+12125552345"


class WritingCarrier(SignedCarrier):
    """Prepares letters: its answer, or the trouble."""

    def __init__(self, answer: bytes | Trouble | None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    async def letter(self, reference: str, carrier_order_id: str) -> bytes | None:
        self.asked.append((reference, carrier_order_id))
        if isinstance(self.answer, Trouble):
            raise self.answer
        return self.answer


def carrier(api: ApiWorld, answer: bytes | Trouble | None) -> WritingCarrier:
    writer = api.app.state.parts.carriers["telnyx"] = WritingCarrier(answer)
    return writer


async def test_a_partner_and_care_get_the_letter_as_a_pdf(
    api: ApiWorld, acme: Caller, beta: Caller, care: Caller
) -> None:
    """And nobody else learns that there is such a case."""
    case, writer = await acme.opened(), carrier(api, PDF)
    for caller in (acme, care):
        answer = await caller.get(f"/v1/porting-cases/{case['id']}/letter")
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PDF, "application/pdf")
    assert writer.asked == [(api.engine.cases[case["id"]].orders[0].reference, "T-1")] * 2
    assert is_problem(await beta.get(f"/v1/porting-cases/{case['id']}/letter"), 404, "not_found")
    assert is_problem(await acme.get("/v1/porting-cases/PC-404/letter"), 404, "not_found")


async def test_the_line_that_is_named_decides_whose_letter_it_is(api: ApiWorld, acme: Caller) -> None:
    papers = [await acme.upload(), await acme.upload("invoice")]
    account = {"name": "Altnetz", "account_number": "9876543210", "pin": "0815", "billing_number": NEW_YORK}
    where = {"street": "1 Main", "house_number": "1", "postal_code": "10001", "city": "New York", "region": "NY"}
    holder = {"name": "Example Inc.", "address": where}
    case = await acme.opened(MUNICH, NEW_YORK, documents=papers, losing_carrier=account, end_customer=holder)
    case_id = case["id"]
    writer, address = carrier(api, PDF), f"/v1/porting-cases/{case_id}/letter"
    for number in ("+1 (212) 555-2345", MUNICH):
        assert (await acme.get(address, params={"number": number})).status_code == 200
    assert [order for _, order in writer.asked] == ["T-2", "T-1"]
    assert is_problem(await acme.get(address, params={"number": "+498999999999"}), 422, "unknown_number")
    assert is_problem(await acme.get(address, params={"number": "089"}), 422, "invalid_number")


async def test_without_a_line_it_is_for_what_lacks_something(api: ApiWorld, acme: Caller) -> None:
    case_id = (await acme.opened())["id"]
    await api.news(case_id, NewsKind.MISSING_DATA, given=(reason("LOA_INVALID"),))
    carrier(api, PDF)
    assert (await acme.get(f"/v1/porting-cases/{case_id}/letter")).status_code == 200


async def test_before_the_order_is_with_the_carrier_there_is_none(api: ApiWorld, acme: Caller) -> None:
    """A request that lacks its letter is not sent, so that the first one is the partner's own (R11)."""
    case_id = (await acme.open()).json()["id"]
    writer = carrier(api, PDF)
    assert is_problem(await acme.get(f"/v1/porting-cases/{case_id}/letter"), 409, "order_not_sent")
    assert writer.asked == []
    sent, _ = (await acme.opened(NEIGHBOUR, reference="order-2"))["id"], carrier(api, None)
    assert is_problem(await acme.get(f"/v1/porting-cases/{sent}/letter"), 409, "order_not_sent")


async def test_a_carrier_that_prepares_none_is_said_to_prepare_none(api: ApiWorld, acme: Caller) -> None:
    case_id = (await acme.opened())["id"]
    assert is_problem(await acme.get(f"/v1/porting-cases/{case_id}/letter"), 404, "no_letter")


@pytest.mark.parametrize(("kind", "says"), [("UNAVAILABLE", "few minutes"), ("DENIED", "care")])
async def test_trouble_with_the_carrier_is_told_without_its_words(
    api: ApiWorld, acme: Caller, kind: str, says: str
) -> None:
    case_id = (await acme.opened())["id"]
    carrier(api, Trouble(TroubleKind(kind), "secret words of the carrier"))
    answer = await acme.get(f"/v1/porting-cases/{case_id}/letter")
    assert is_problem(answer, 503, "carrier_unavailable")
    assert says in answer.json()["detail"] and "secret" not in answer.text


async def test_a_closed_case_has_none(api: ApiWorld, acme: Caller) -> None:
    case_id = (await acme.opened())["id"]
    await api.news(case_id, NewsKind.REJECTED, given=(reason("NOT_PORTABLE"),))
    carrier(api, PDF)
    assert is_problem(await acme.get(f"/v1/porting-cases/{case_id}/letter"), 409, "case_closed")

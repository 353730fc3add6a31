"""Requirement groups: what the operator answered once is read into each order that it fits (R11)."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx_groups import RequirementGroups, read_groups
from carriers.telnyx_reading import order_id
from geography.places import place_of
from porting.instructions import Accepted
from porting.numbers import NumberRange
from tests.effects.carrier_stand import MUNICH, Stand, a_document, a_request
from tests.effects.test_telnyx_trouble import carrier_that_says, trouble_of

NOWHERE = "de748d99-06fa-4d90-9f9a-f4b62696bada"
PARIS = "+33145678901"


def kind_of(number: str) -> tuple[str, str]:
    place = place_of(NumberRange(number))
    return place.country, place.number_type


async def asked_of(stand: Stand, number: str) -> dict[str, str]:
    """The ids of what the carrier asks for, by name, read off a draft that is deleted again."""
    await stand.carrier._orders._create(a_request(number, reference="PC-9-1"), [number])
    (order,) = await stand.carrier._orders.under("PC-9-1")
    asked = (await stand.control.get(f"/v2/porting_orders/{order_id(order)}/requirements")).json()["data"]
    await stand.carrier._orders.delete_draft(order)
    return {one["requirement_type"]["name"]: one["requirement_type"]["id"] for one in asked}


async def a_group(stand: Stand, country: str, **answers: str) -> str:
    given = [{"requirement_id": id_, "field_value": value} for id_, value in answers.items()]
    body = {
        "country_code": country, "phone_number_type": "local", "action": "porting", "regulatory_requirements": given,
    }  # fmt: skip
    made = await stand.control.post("/v2/requirement_groups", json=body)
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


async def stands(stand: Stand) -> dict[str, str]:
    """What the only order answers, by the id of the requirement."""
    (order,) = (await stand.received())["items"]
    shown = (await stand.control.get(f"/v2/porting_orders/{order['id']}")).json()["data"]
    return {one["requirement_type_id"]: one["field_value"] for one in shown["requirements"]}


async def test_an_order_takes_over_the_groups_answers_and_ours_where_it_has_none(stand: Stand) -> None:
    """The group's stand where both have one; an order sent again keeps them."""
    asked = await asked_of(stand, PARIS)
    loa, rio = asked["Letter of Authorization (LOA)"], asked["RIO code"]
    group = await a_group(stand, "FR", **{loa: "the-operators-letter"})
    carrier = stand.new_carrier(groups={"FR:GEOGRAPHIC": group}, kind_of=kind_of)
    papers = (a_document(), a_document("invoice", id_="DOC-2"))
    request = a_request(PARIS, details={"rio": "11PABCDEF123"}, documents=papers)
    await stand.script(PARIS, {"after": "1h", "do": "exception", "codes": ["OTHER"]})
    assert isinstance(await carrier.submit(request), Accepted)
    sent = await stands(stand)
    assert (sent[loa], sent[rio]) == ("the-operators-letter", "11PABCDEF123")
    assert len(sent) == 3 and sent[asked["Latest Invoice"]]
    await stand.advance(hours=1)
    assert isinstance(await carrier.amend(request), Accepted)
    assert await stands(stand) == sent
    await carrier.close()


async def test_an_order_that_no_group_fits_gets_our_answers_alone(stand: Stand) -> None:
    asked = await asked_of(stand, MUNICH)
    group = await a_group(stand, "FR", x="y")
    carrier = stand.new_carrier(groups={"FR": group, "DE:MOBILE": NOWHERE}, kind_of=kind_of)
    assert isinstance(await carrier.submit(a_request()), Accepted)
    assert set(await stands(stand)) == {asked["Letter of Authorization (LOA)"]}
    await carrier.close()


@pytest.mark.parametrize("country", ["DE", "FR"])
async def test_a_group_that_is_not_there_or_is_for_others_holds_the_order_up(stand: Stand, country: str) -> None:
    """It is the operator's to mend and says so; once it is, the same draft goes out."""
    group = NOWHERE if country == "DE" else await a_group(stand, country, x="y")
    carrier = stand.new_carrier(groups={"DE": group}, kind_of=kind_of)
    trouble = await trouble_of(carrier.submit(a_request()))
    assert trouble.kind is TroubleKind.DENIED
    assert group in trouble.text and "settings" in trouble.text
    await carrier.close()
    assert isinstance(await stand.carrier.submit(a_request()), Accepted)
    counts = await stand.counts()
    assert (counts["orders"], counts["confirm"]) == (1, 1)


async def test_a_carrier_that_is_down_is_no_wrong_group() -> None:
    async def answer(request: Request) -> Response:
        return JSONResponse({}, 500)

    async with carrier_that_says(answer) as carrier:
        with pytest.raises(Trouble) as trouble:
            await RequirementGroups(carrier._client, {}, kind_of).read_into("o-1", NOWHERE)
    assert trouble.value.kind is TroubleKind.UNAVAILABLE


@pytest.mark.parametrize("shown", [{}, {"regulatory_requirements": None}, {"regulatory_requirements": ["x", {"a": 1}]}])
async def test_a_group_that_says_nothing_answers_nothing(shown: Any) -> None:
    async with carrier_that_says(JSONResponse(shown)) as carrier:
        assert await RequirementGroups(carrier._client, {}, kind_of).read_into("o-1", NOWHERE) == {}


def test_the_more_exact_group_wins() -> None:
    table = read_groups(f'{{"DE": "{NOWHERE}", "DE:GEOGRAPHIC": "{NOWHERE[::-1].replace("-", "")[:32]}"}}')
    groups = RequirementGroups(None, table, kind_of)  # type: ignore[arg-type]
    assert groups.of(MUNICH) == table["DE:GEOGRAPHIC"] != NOWHERE
    assert (groups.of("+4915112345678"), groups.of(PARIS), groups.of("")) == (NOWHERE, "", "")

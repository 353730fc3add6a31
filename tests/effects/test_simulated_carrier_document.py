"""Every operation of the vendor's document is there at the simulated carrier, valid in both directions."""

from __future__ import annotations

import json
from typing import Any

import pytest
import telnyx

from porting.numbers import NumberRange
from sandbox.carrier.shapes import number_id
from tests.effects.carrier_stand import MUNICH, Stand
from tests.effects.telnyx_document import DOCUMENT, operation_ids

pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="the vendor's document is not beside the repository")

NEW_YORK, SYDNEY, DECADE = "+12125552345", "+61291234567", "+4989010710X"
BUNDLE = "7d0d2f2c-1a3c-4f7e-9b0f-6f1f4b0a7e11"
FAST: tuple[dict[str, Any], ...] = ({"do": "fast_portable"},)


async def test_each_operation_of_the_document_is_exercised_and_valid(stand: Stand, sdk: Any) -> None:
    """The stand itself fails on whatever breaks the document; here it is counted that nothing was left out."""
    await _account(stand, sdk)
    draft = (await sdk.porting_orders.create(phone_numbers=[*NumberRange(DECADE).members()])).data[0]
    await _draft(sdk, draft.id)
    await _proofs(sdk)
    await _fast_port(stand, sdk)
    await _events(stand, sdk)
    asked = json.loads(DOCUMENT.read_text())["paths"]
    wanted = {call["operationId"] for path in asked.values() for call in path.values()}
    assert len(wanted) == 54
    assert operation_ids(stand.recorder.exchanges) == wanted


async def _account(stand: Stand, sdk: Any) -> None:
    """What concerns no order."""
    await stand.script(NEW_YORK, *FAST)
    await stand.script("+12125552346", {"do": "not_portable", "text": "No coverage"})
    checks = (await sdk.portability_checks.run(phone_numbers=[NEW_YORK, "+12125552346", "+491805123456"])).data
    assert [(one.portable, one.fast_portable) for one in checks] == [(True, True), (False, False), (False, False)]
    assert [bool(one.not_portable_reason) for one in checks] == [False, True, True]
    assert len((await sdk.porting_orders.retrieve_exception_types()).data) == 21
    assert (await sdk.porting.list_uk_carriers()).data[0].cupid
    logo = (await sdk.documents.upload_json(document={"file": "iVBORw0KGgo=", "filename": "logo.png"})).data
    said = {
        "name": "Ours", "company_name": "Portdesk Ltd", "logo": {"document_id": logo.id},
        "contact": {"email": "porting@example.com", "phone_number": "+12125550100"},
        "address": {
            "street_address": "600 Broadway", "city": "New York", "state": "NY", "zip_code": "10012",
            "country_code": "US",
        },
    }  # fmt: skip
    loa = sdk.porting.loa_configurations
    made = (await loa.create(**said)).data
    changed = (await loa.update(made.id, **{**said, "name": "Theirs"})).data
    assert ((await loa.retrieve(made.id)).data.name, changed.created_at) == ("Theirs", made.created_at)
    assert [one.id async for one in loa.list()] == [made.id]
    letters = [await stand.control.post("/v2/porting/loa_configurations/preview", json=said)]
    letters.append(await stand.control.get(f"/v2/porting/loa_configurations/{made.id}/preview"))
    assert all(_is_pdf(letter.content) and b"Portdesk Ltd" in letter.content for letter in letters)
    await loa.delete(made.id)
    with pytest.raises(telnyx.NotFoundError):
        await loa.retrieve(made.id)
    filters = {"filters": {"status__in": ["draft"]}}
    report = (await sdk.porting.reports.create(params=filters, report_type="export_porting_orders_csv")).data
    assert report.status == "pending"
    await stand.advance(minutes=1)
    assert (await sdk.porting.reports.retrieve(report.id)).data.status == "completed"
    assert [one.id async for one in sdk.porting.reports.list(filter={"status": "completed"})] == [report.id]


async def _draft(sdk: Any, order: str) -> None:
    """What an order takes before it is sent."""
    whole = {"start_at": "+49890107100", "end_at": "+49890107109"}
    blocks, extensions = sdk.porting_orders.phone_number_blocks, sdk.porting_orders.phone_number_extensions
    others, bundles = sdk.porting_orders.associated_phone_numbers, sdk.porting_orders.phone_number_configurations
    block = (await blocks.create(order, phone_number_range=whole, activation_ranges=[whole])).data
    assert [one.id async for one in blocks.list(order, sort={"value": "created_at"})] == [block.id]
    number = number_id(whole["start_at"])
    range_ = {"start_at": 1, "end_at": 9}
    extension = (
        await extensions.create(
            order, porting_phone_number_id=number, extension_range=range_, activation_ranges=[range_]
        )
    ).data
    listed = extensions.list(order, filter={"porting_phone_number_id": number})
    assert [one.id async for one in listed] == [extension.id]
    stays = {"start_at": "+49890107110", "end_at": "+49890107119"}
    kept = (await others.create(order, action="keep", phone_number_range=stays)).data
    assert [one.id async for one in others.list(order, filter={"action": "keep"})] == [kept.id]
    assert [one.id async for one in others.list(order, filter={"action": "disconnect"})] == []
    row = {"porting_phone_number_id": number, "user_bundle_id": BUNDLE}
    (bundle,) = (await bundles.create(phone_number_configurations=[row])).data
    assert [one.id async for one in bundles.list()] == [bundle.id]
    for resource, one in ((blocks, block), (extensions, extension), (others, kept)):
        assert (await resource.delete(one.id, porting_order_id=order)).data.id == one.id
        with pytest.raises(telnyx.NotFoundError):
            await resource.delete(one.id, porting_order_id=order)
    assert whole["start_at"] in {one.phone_number async for one in sdk.porting_phone_numbers.list()}
    await sdk.porting_orders.delete(order)


async def _proofs(sdk: Any) -> None:
    (order,) = (await sdk.porting_orders.create(phone_numbers=[SYDNEY])).data
    codes, asked = sdk.porting_orders.verification_codes, sdk.porting_orders.action_requirements
    await codes.send(order.id, phone_numbers=[SYDNEY], verification_method="sms")
    with pytest.raises(telnyx.UnprocessableEntityError):
        await codes.verify(order.id, verification_codes=[{"phone_number": SYDNEY, "code": "000000"}])
    right = [{"phone_number": SYDNEY, "code": SYDNEY[-6:]}]
    assert (await codes.verify(order.id, verification_codes=right)).data[0].verified
    assert [one.phone_number async for one in codes.list(order.id)] == [SYDNEY]
    (requirement,) = [one async for one in asked.list(order.id)]
    person = {"first_name": "Ada", "last_name": "Byron"}
    begun = (await asked.initiate(requirement.id, porting_order_id=order.id, params=person)).data
    assert (begun.status, bool(begun.action_url)) == ("pending", True)
    with pytest.raises(telnyx.UnprocessableEntityError):
        await asked.initiate(requirement.id, porting_order_id=order.id, params=person)
    shared = (await sdk.porting_orders.actions.share(order.id, expires_in_seconds=60)).data
    assert (shared.expires_at - shared.created_at).total_seconds() == 60


async def _fast_port(stand: Stand, sdk: Any) -> None:
    """An order from its draft to its life, activated by its owner; every other call on it on the way."""
    orders, sent = sdk.porting_orders, await stand.submitted(NEW_YORK)
    id_ = sent.carrier_order_id
    assert [one.id async for one in orders.list(filter={"customer_reference": "PC-1-1"})] == [id_]
    assert (await orders.retrieve(id_)).data.activation_settings.fast_port_eligible
    letter = await stand.control.get(f"/v2/porting_orders/{id_}/loa_template")
    assert _is_pdf(letter.content) and NEW_YORK.encode() in letter.content
    await orders.retrieve_allowed_foc_windows(id_)
    assert [one async for one in orders.retrieve_requirements(id_)]
    assert (await orders.retrieve_sub_request(id_)).data.sub_request_id
    await orders.comments.create(id_, body="Please call before the port.")
    assert [one.body async for one in orders.comments.list(id_)][-1] == "Please call before the port."
    (paper,) = {one.id async for one in sdk.documents.list() if one.customer_reference}
    added = (await orders.additional_documents.create(
        id_, additional_documents=[{"document_id": paper, "document_type": "other"}]
    )).data  # fmt: skip
    assert [one.id async for one in orders.additional_documents.list(id_)] == [added[0].id]
    await orders.additional_documents.delete(added[0].id, id=id_)
    assert [one async for one in orders.additional_documents.list(id_)] == []
    with pytest.raises(telnyx.UnprocessableEntityError):
        await orders.actions.activate(id_)
    await stand.advance(days=14, hours=7)
    (planned,) = [one async for one in orders.activation_jobs.list(id_)]
    assert (planned.activation_type, planned.status) == ("scheduled", "created")
    later = planned.activate_at.replace(hour=18)
    await orders.activation_jobs.update(planned.id, id=id_, activate_at=later)
    assert (await orders.activation_jobs.retrieve(planned.id, id=id_)).data.activate_at == later
    assert (await orders.actions.activate(id_)).data.activation_type == "on-demand"
    await stand.advance(minutes=1)
    assert (await orders.retrieve(id_)).data.status.value == "ported"


async def _events(stand: Stand, sdk: Any) -> None:
    gone = (await stand.submitted(MUNICH, reference="PC-2-1")).carrier_order_id
    await sdk.porting_orders.actions.cancel(gone)
    await stand.advance(hours=1)
    (event,) = [one async for one in sdk.porting.events.list(filter={"porting_order_id": gone})]
    assert (await sdk.porting.events.retrieve(event.id)).data.id == event.id
    await sdk.porting.events.republish(event.id)


def _is_pdf(content: bytes) -> bool:
    """Whether a reader would find its way: each object where the table says, the table where the end says."""
    table = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    places = [int(line[:10]) for line in content[table:].split(b"\n")[3:] if line.endswith(b" n ")]
    objects = all(content[place:].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1))
    return content.startswith(b"%PDF-") and content[table:].startswith(b"xref") and len(places) == 5 and objects

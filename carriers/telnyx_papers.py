"""What a Telnyx order must hold before it is sent: data, papers, answers to its requirements, a note."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from carriers import telnyx_words as words
from carriers.contract import Address, CarrierRequest, Document, Trouble, TroubleKind
from carriers.telnyx_client import Json, TelnyxClient
from porting.numbers import NumberRange

NUMBER_BEFORE_STREET = frozenset({"AU", "CA", "FR", "GB", "US"})


def date_wish(wish: datetime) -> dict[str, str]:
    """The vendor has no dates, only instants: the planned hour of the date."""
    return {"foc_datetime_requested": wish.strftime("%Y-%m-%dT%H:%M:%SZ")}


def order_data(request: CarrierRequest, webhook_url: str, wish: datetime | None, now: datetime) -> dict[str, Any]:
    """The fields of an update; what we do not know is left out, so that nothing is overwritten with nothing.

    A wish that is over by now is left out too: the carrier would refuse the order for it, and it binds nobody (R08).
    """
    data = {
        "customer_reference": request.reference,
        "customer_group_reference": request.case_id,
        "webhook_url": webhook_url,
        "end_user": _filled({"admin": _admin(request), "location": _location(request.end_customer.address)}),
        "misc": _misc(request),
    }
    if wish and wish > now:
        data["activation_settings"] = date_wish(wish)
    return _filled(data)


def note(request: CarrierRequest) -> str:
    """What no field of the order takes: the end of the contract (R09) and a country's odd details (R11)."""
    lines = []
    if ends := request.losing_carrier.contract_end_date:
        lines.append(f"The end customer's contract with the losing carrier ends on {ends}.")
    odd = {key: value for key, value in sorted(request.details.items()) if key not in words.PLACED_DETAILS and value}
    lines += [f"{key.replace('_', ' ').capitalize()}: {value}" for key, value in odd.items()]
    return "\n".join(lines)


def cut_out(lines: tuple[str, ...], held: set[str]) -> str:
    """What the carrier's people read when lines of an order are given up; a range goes from its first to its last."""
    ranges = [range_ for line in lines if (range_ := NumberRange(line)).first in held]
    named = [f"{range_.first} to {range_.last}" if range_.is_range else range_.first for range_ in ranges]
    return words.CUT_OUT + ", ".join(named)


def detail(request: CarrierRequest, field: str) -> str:
    """The value of one of our `details.…` fields."""
    return str(request.details.get(field.removeprefix("details."), "") or "")


class TelnyxPapers:
    """Documents at the vendor's, each uploaded once: our document's id is its reference there."""

    def __init__(self, client: TelnyxClient) -> None:
        self._client = client

    async def uploaded(self, documents: tuple[Document, ...]) -> dict[str, list[str]]:
        """The vendor's ids of the documents by our kind, in the order in which they came."""
        found: dict[str, list[str]] = {}
        for document in documents:
            found.setdefault(document.kind, []).append(await self._id_of(document))
        return found

    async def attach_others(self, order: str, papers: Mapping[str, list[str]]) -> None:
        """Puts those papers on the order that it holds under no name of their own."""
        others = {id_: kind for kind, ids in papers.items() if kind not in words.ORDER_PAPERS for id_ in ids}
        if not others:
            return
        there = await self._client.pages(
            lambda api: api.porting_orders.additional_documents.with_raw_response.list, order
        )
        lacking = [id_ for id_ in others if id_ not in {paper.get("document_id") for paper in there}]
        if lacking:
            await self._client.write(
                lambda api: api.porting_orders.additional_documents.with_raw_response.create,
                order,
                additional_documents=[
                    {"document_id": id_, "document_type": words.OTHER_PAPERS.get(others[id_], "other")}
                    for id_ in lacking
                ],
            )

    async def requirements(
        self, order: str, request: CarrierRequest, papers: Mapping[str, list[str]], given: Mapping[str, str]
    ) -> list[Json]:
        """The answers to what the vendor asks for this country and type of number: those given, and ours beside them.

        Those given stand on the order already; they are told again, for a list may replace the one before it.
        """
        asked = await self._client.pages(
            lambda api: api.porting_orders.with_raw_response.retrieve_requirements, order
        )
        answers = [{"requirement_type_id": id_, "field_value": value} for id_, value in given.items()]
        for requirement in asked:
            type_ = requirement.get("requirement_type")
            name, id_ = (type_.get("name"), type_.get("id")) if isinstance(type_, dict) else (None, None)
            field = words.requirement_field(name) if isinstance(name, str) else None
            value = _answer(field, request, papers) if field else ""
            if id_ and value and id_ not in given:
                answers.append({"requirement_type_id": id_, "field_value": value})
        return answers

    async def _id_of(self, document: Document) -> str:
        there = await self._client.pages(
            lambda api: api.documents.with_raw_response.list,
            filter={"customer_reference": {"eq": document.id}},
        )
        there = [paper for paper in there if paper.get("customer_reference") == document.id]
        return _document_id(there[0] if there else await self._upload(document))

    async def _upload(self, document: Document) -> Json:
        content = base64.b64encode(await document.load()).decode("ascii")
        answer = await self._client.write(
            lambda api: api.documents.with_raw_response.upload_json,
            document={"file": content, "filename": document.name, "customer_reference": document.id},
        )
        return answer["data"] if isinstance(answer.get("data"), dict) else {}


def _document_id(paper: Json) -> str:
    found = paper.get("id")
    if not isinstance(found, str) or not found:
        raise Trouble(TroubleKind.GARBAGE, "the carrier shows a document without an id")
    return found


def _answer(field: str, request: CarrierRequest, papers: Mapping[str, list[str]]) -> str:
    return detail(request, field) if field.startswith("details.") else next(reversed(papers.get(field, [])), "")


def _admin(request: CarrierRequest) -> dict[str, Any]:
    losing = request.losing_carrier
    code = losing.pin or detail(request, "rio") or detail(request, "migration_code")
    return _filled(
        {
            "entity_name": request.end_customer.name,
            "auth_person_name": request.end_customer.contact_name or request.end_customer.name,
            "account_number": losing.account_number,
            "billing_phone_number": losing.billing_number,
            "pin_passcode": code,
            "tax_identifier": detail(request, "tax_id"),
            "business_identifier": detail(request, "siret"),
        }
    )


def _location(address: Address) -> dict[str, Any]:
    street = [address.street, address.house_number]
    if address.country in NUMBER_BEFORE_STREET:
        street.reverse()
    return _filled(
        {
            "street_address": " ".join(part for part in street if part),
            "locality": address.city,
            "postal_code": address.postal_code,
            "administrative_area": address.region,
            "country_code": address.country,
        }
    )


def _misc(request: CarrierRequest) -> dict[str, Any]:
    """Full unless we know that lines stay behind: kept under a billing number of their own, or disconnected (R10).

    What is kept goes first: a partner who was asked for that number later has changed their mind.
    """
    if kept := request.losing_carrier.new_billing_number:
        number = NumberRange.parse(kept).text
        return {"type": "partial", "remaining_numbers_action": "keep", "new_billing_phone_number": number}
    if request.disconnect_remaining:
        return {"type": "partial", "remaining_numbers_action": "disconnect"}
    return {"type": "full"}


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}

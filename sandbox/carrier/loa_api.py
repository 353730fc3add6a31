"""Telnyx's letters of authorisation: their configurations, a preview of each, and the letter of an order."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.carrier.asked import an_id, needed
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.orders_api import OrdersApi
from sandbox.carrier.pdf import pdf
from sandbox.carrier.reading import at
from sandbox.carrier.shapes import USER, Json
from sandbox.carrier.shelf import Row, Shelf
from sandbox.carrier.store import Store

KIND = "loa_configuration"
PDF = "application/pdf"
_PATTERNS = {"state": "[A-Z]{2}", "zip_code": "[0-9]{5}(-[0-9]{4})?", "country_code": "[A-Z]{2}"}


class LoaApi:
    """loa_configurations create, list, retrieve, update, delete, preview; loa_template."""

    def __init__(self, store: Store, shelf: Shelf, orders: OrdersApi) -> None:
        self._store = store
        self._shelf = shelf
        self._orders = orders

    def operations(self) -> Iterable[Operation]:
        all_, one = "/porting/loa_configurations", "/porting/loa_configurations/{id}"
        yield Operation("GET", all_, self.configurations)
        yield Operation("POST", all_, self.create, lambda call: ())
        yield Operation("POST", f"{all_}/preview", self.preview_of_body)
        yield Operation("GET", one, self.retrieve)
        yield Operation("PATCH", one, self.update, lambda call: ())
        yield Operation("DELETE", one, self.delete, lambda call: ())
        yield Operation("GET", f"{one}/preview", self.preview)
        yield Operation("GET", "/porting_orders/{id}/loa_template", self.template)

    def configurations(self, call: Call) -> Answer:
        return Answer(call.page([_shown(row) for row in self._shelf.rows(KIND)]))

    def create(self, call: Call) -> Answer:
        return Answer({"data": _shown(self._shelf.put(KIND, self._configuration(call.body), call.at))}, 201)

    def retrieve(self, call: Call) -> Answer:
        return Answer({"data": _shown(self._row(call.path["id"]))})

    def update(self, call: Call) -> Answer:
        row = self._row(call.path["id"])
        return Answer({"data": _shown(self._shelf.change(row, call.at, **self._configuration(call.body)))})

    def delete(self, call: Call) -> Answer:
        self._shelf.take_away(self._row(call.path["id"])["id"])
        return Answer(None, 204)

    def preview_of_body(self, call: Call) -> Answer:
        return _letter(self._configuration(call.body))

    def preview(self, call: Call) -> Answer:
        return _letter(self._row(call.path["id"]))

    def template(self, call: Call) -> Answer:
        """The order's letter, filled in as far as the order is, ready to be signed."""
        order = self._orders.order(call)
        asked = call.query.get("loa_configuration_id", "")
        lines = [
            f"End user: {order.admin.get('entity_name') or ''}",
            f"Signed by: {order.admin.get('auth_person_name') or ''}",
            f"Service address: {order.location.get('street_address') or ''}, {order.location.get('locality') or ''}",
            f"Account: {order.admin.get('account_number') or ''}", "", "Numbers:", *order.numbers,
        ]  # fmt: skip
        return _letter(self._row(asked) if asked else {}, lines)

    def _row(self, id_: str) -> Row:
        row = self._shelf.row(KIND, id_)
        if row is None:
            raise Refusal(404, "The LOA configuration does not exist.", code="10005")
        return row

    def _configuration(self, body: Json) -> Json:
        logo = an_id(body.get("logo"), "document_id", "/logo/document_id")
        if not self._store.documents(id_=logo):
            raise Refusal(422, "The logo does not exist.", pointer="/logo/document_id")
        address = {
            name: needed(body, "address", name, pattern=_PATTERNS.get(name, ""))
            for name in ("street_address", "city", "state", "zip_code", "country_code")
        }
        contact = {"email": needed(body, "contact", "email")}
        contact["phone_number"] = needed(body, "contact", "phone_number", pattern=r"\+[0-9]{11,15}")
        extended = at(body, "address", "extended_address")
        return {
            "name": needed(body, "name"), "company_name": needed(body, "company_name"), "contact": contact,
            "address": {**address, "extended_address": extended if isinstance(extended, str) else ""},
            "logo": {"document_id": logo, "content_type": "image/png"},
        }  # fmt: skip


def _shown(row: Row) -> Json:
    return {**row, "record_type": "loa_configuration", "organization_id": USER}


def _letter(configuration: Json, lines: Iterable[str] = ()) -> Answer:
    """One page in the name of the configuration's company; of the carrier where none is named."""
    head = [configuration.get("company_name", "Simulated Carrier"), at(configuration, "contact", "email") or "", ""]
    said = "I authorise the company above to port the numbers below."
    return Answer(None, file=pdf("Letter of Authorization", [*head, said, "", *lines]), media_type=PDF)

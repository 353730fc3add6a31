"""Telnyx's requirement groups: answers to a country's requirements, given once and read into many orders."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.carrier.asked import needed
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.order import Order
from sandbox.carrier.reading import text
from sandbox.carrier.shapes import Json
from sandbox.carrier.shelf import Row, Shelf

KIND = "requirement_group"


class GroupsApi:
    """requirement_groups create, retrieve. They are no part of the porting document, but its updates name them."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def operations(self) -> Iterable[Operation]:
        yield Operation("POST", "/requirement_groups", self.create, lambda call: ())
        yield Operation("GET", "/requirement_groups/{id}", self.group)

    def create(self, call: Call) -> Answer:
        given = call.body.get("regulatory_requirements") or []
        answers = [
            {"requirement_id": needed(one, "requirement_id"), "field_value": needed(one, "field_value")}
            for one in given if isinstance(one, dict)
        ]  # fmt: skip
        row = {
            "country_code": needed(call.body, "country_code"), "action": needed(call.body, "action"),
            "phone_number_type": needed(call.body, "phone_number_type"), "regulatory_requirements": answers,
            "customer_reference": text(call.body, "customer_reference"),
        }  # fmt: skip
        return Answer(_shown(self._shelf.put(KIND, row, call.at)))

    def group(self, call: Call) -> Answer:
        return Answer(_shown(_row(self._shelf, call.path["id"], 404)))


def read_into(shelf: Shelf, order: Order, body: Json) -> None:
    """The group's answers onto the order; they must not come with other ones. Raises Refusal."""
    asked = text(body, "requirement_group_id")
    if not asked:
        return
    if body.get("requirements"):
        raise Refusal(422, "The group conflicts with the requirements.", pointer="/requirement_group_id")
    row = _row(shelf, asked, 422)
    if (row["country_code"], row["phone_number_type"]) != (order.country, order.number_type):
        raise Refusal(422, "The group is for other numbers.", pointer="/requirement_group_id")
    order.requirements = [
        {"requirement_type_id": one["requirement_id"], "field_value": one["field_value"]}
        for one in row["regulatory_requirements"]
    ]


def _row(shelf: Shelf, id_: str, status: int) -> Row:
    row = shelf.row(KIND, id_)
    if row is None:
        raise Refusal(status, "The requirement group does not exist.", code="10005")
    return row


def _shown(row: Row) -> Json:
    return {**row, "record_type": "requirement_group", "status": "approved"}

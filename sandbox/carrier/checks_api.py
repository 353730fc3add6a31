"""Telnyx's calls that concern no order: can it be ported, why are orders stopped, who carries numbers in the UK."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from porting.errors import PortingError
from sandbox.carrier.days import place_for
from sandbox.carrier.http import Answer, Call, Operation
from sandbox.carrier.intake import Intake
from sandbox.carrier.reading import numbers
from sandbox.carrier.reasons import EXCEPTION_TYPES
from sandbox.carrier.script import Kind
from sandbox.carrier.shapes import Json
from sandbox.carrier.store import Store

UK_CARRIERS = (("001", "Simulated Telecom"), ("023", "Rehearsal Networks"), ("312", "Stage Mobile"))
KNOWN_SINCE = "2021-03-19T10:07:15.000000Z"


class ChecksApi:
    """Portability checks, exception types, carriers of the UK."""

    def __init__(self, store: Store, intake: Intake) -> None:
        self._store = store
        self._intake = intake

    def operations(self) -> Iterable[Operation]:
        yield Operation("POST", "/portability_checks", self.check)
        yield Operation("GET", "/porting_orders/exception_types", self.exception_types)
        yield Operation("GET", "/porting/uk_carriers", self.uk_carriers)

    def check(self, call: Call) -> Answer:
        """Misbehaviour that a script asks for waits for the order, which a check is not."""
        wanted = numbers(call.body)
        scripts = self._intake.scripts_of(wanted, call.at)
        return Answer({"data": [self._checked(number, scripts.get(number, "")) for number in wanted]}, 201)

    def exception_types(self, call: Call) -> Answer:
        return Answer({"data": [{"code": code, "description": text} for code, text in EXCEPTION_TYPES.items()]})

    def uk_carriers(self, call: Call) -> Answer:
        return Answer({"data": [_uk_carrier(cupid, name) for cupid, name in UK_CARRIERS]})

    def _checked(self, number: str, key: str) -> Json:
        script = self._store.script(key)
        traits = {step.do: step for step in script.steps if step.kind is Kind.TRAIT} if script else {}
        why = traits["not_portable"].text or "No coverage" if "not_portable" in traits else ""
        try:
            place = place_for(number, {})
        except PortingError as error:
            why = str(error)
        else:
            traits = traits if place.country == "US" else {}
        return {
            "record_type": "portability_check_result", "phone_number": number, "portable": not why,
            "fast_portable": not why and "fast_portable" in traits, "not_portable_reason": why,
        }  # fmt: skip


def _uk_carrier(cupid: str, name: str) -> Json:
    return {
        "record_type": "porting_uk_carrier", "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"uk-carrier/{cupid}")),
        "name": name, "cupid": cupid, "alternative_cupids": [], "created_at": KNOWN_SINCE, "updated_at": KNOWN_SINCE,
    }  # fmt: skip

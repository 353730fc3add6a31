"""What COIN is sent: dossiers, and the fields of a porting request checked before anything leaves."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carriers.coin_words import CANCEL, PERFORMED, REQUEST, national, stamp
from carriers.contract import CarrierRequest
from porting.numbers import NumberRange
from porting.reasons import Reason

CLEARING_HOUSE = "CRDB"
OPERATOR = re.compile(r"[0-9A-Z]{3,6}")
_HOUSE = re.compile(r"\s*([0-9]{1,5})(.*)", re.DOTALL)
_LIMITS = (
    ("customerid", "losing_carrier.account_number", re.compile(r".{1,20}")),
    ("companyname", "end_customer.name", re.compile(r".{1,70}")),
    ("postcode", "end_customer.address.postal_code", re.compile(r"[0-9A-Z]{1,6}")),
    ("housenr", "end_customer.address.house_number", re.compile(r".{1,5}")),
    ("housenrext", "end_customer.address.house_number", re.compile(r".{1,4}")),
)  # fmt: skip


@dataclass(frozen=True)
class Sender:
    """Who we are at COIN: our network operator's code, and our service provider's where it has one of its own."""

    operator: str
    provider: str = ""


@dataclass(frozen=True)
class Outgoing:
    """One message by its kind and the fields of its body, without those that are empty."""

    kind: str
    body: Mapping[str, Any]
    timestamp: str


def dossier_id(operator: str, reference: str) -> str:
    """Our dossier id for one of our references: the same each time, so that no request is ever made twice."""
    digest = hashlib.sha256(reference.encode()).digest()
    return f"{operator}-{base64.b32encode(digest).decode()[:19]}"


def series_of(numbers: Iterable[str]) -> list[tuple[str, str]]:
    """First and last national number of each line. Raises ValueError for lines that are not Dutch."""
    lines = [NumberRange(number) for number in numbers]
    return [(national(line.first), national(line.last)) for line in lines]


def porting_request(sender: Sender, dossier: str, order: CarrierRequest, at: datetime) -> Outgoing:
    customer = {name: value for name, value in _customer(order).items() if value}
    body = {
        "dossierid": dossier,
        "recipientnetworkoperator": sender.operator,
        **({"recipientserviceprovider": sender.provider} if sender.provider else {}),
        **({"customerinfo": customer} if customer else {}),
        "series": series_of(order.numbers),
    }
    return Outgoing(REQUEST, body, stamp(at))


def porting_performed(
    sender: Sender, dossier: str, donor: str, series: list[tuple[str, str]], at: datetime
) -> Outgoing:
    body = {
        "dossierid": dossier,
        "recipientnetworkoperator": sender.operator,
        "donornetworkoperator": donor,
        "actualdatetime": stamp(at),
        "series": series,
    }
    return Outgoing(PERFORMED, body, stamp(at))


def cancellation(dossier: str, at: datetime) -> Outgoing:
    return Outgoing(CANCEL, {"dossierid": dossier}, stamp(at))


def faults(order: CarrierRequest) -> tuple[Reason, ...]:
    """What COIN would not take of the order, each with its field: a cut-off account number would be a wrong one."""
    found = []
    given = _customer(order)
    for name, place, pattern in _LIMITS:
        if given[name] and not pattern.fullmatch(given[name]):
            words = f"The Dutch clearing house does not take this: {given[name][:80]}"
            found.append(Reason("DATA_INVALID", words, None, place))
    try:
        series_of(order.numbers)
    except ValueError as error:
        found.append(Reason("DATA_INVALID", f"The Dutch clearing house ports Dutch numbers only: {error}.", None, None))
    return tuple(found)


def _customer(order: CarrierRequest) -> dict[str, str]:
    where = order.end_customer.address
    house = _HOUSE.fullmatch(where.house_number)
    number, more = (house[1], house[2].strip(" -")) if house else (where.house_number, "")
    return {
        "companyname": order.end_customer.name,
        "housenr": number,
        # A longer one says more than the form has room for, and the number alone finds the house.
        "housenrext": more if len(more) <= 4 else "",
        "postcode": "".join(where.postal_code.split()).upper(),
        "customerid": order.losing_carrier.account_number,
    }

"""What follows from where a number is: country, type, region and time zone (R05); emergency and premium are refused."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, timezone

from geography.areas import region_of
from porting.country import Country, country
from porting.dates import is_zone
from porting.errors import InvalidNumber, NotPortable
from porting.numbers import NumberRange, NumberType

TYPES = {
    PhoneNumberType.FIXED_LINE: NumberType.GEOGRAPHIC,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberType.GEOGRAPHIC,  # North America: nobody can tell them apart
    PhoneNumberType.MOBILE: NumberType.MOBILE,
    PhoneNumberType.TOLL_FREE: NumberType.TOLL_FREE,
    PhoneNumberType.VOIP: NumberType.NATIONAL,
    PhoneNumberType.UAN: NumberType.NATIONAL,
}
NOT_PORTABLE = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number",
    PhoneNumberType.PAGER: "a pager's number",
    PhoneNumberType.VOICEMAIL: "a voice mailbox",
}
# What phonenumbers takes for an ordinary or an unknown number: national ranges without an area, and services.
NATIONAL_AREAS = {"DE": ("32",)}
SERVICES = {
    "DE": ("118", "137", "138", "180", "19", "900"),
    "FR": ("81", "82", "89"),
    "GB": ("118", "84", "87", "9"),
    "IT": ("199", "84", "89"),
    "CH": ("84", "90"),
    "ES": ("118", "803", "806", "807", "901", "902", "905"),
    "NL": ("90",),
    "US": ("900", "976"),
    "CA": ("900", "976"),
    "AU": ("13", "19"),
}


@dataclass(frozen=True)
class Place:
    """Where a number stands. `region` is a subdivision as the holidays library names it, None where none is known."""

    country: str
    region: str | None
    time_zone: str
    number_type: NumberType

    @property
    def key(self) -> str:
        """What a line keeps of its place, `DE-BY@Europe/Berlin`; enough to find its calendar."""
        region = f"-{self.region}" if self.region else ""
        return f"{self.country}{region}@{self.time_zone}"

    @classmethod
    def from_key(cls, key: str, number_type: NumberType = NumberType.GEOGRAPHIC) -> Place:
        """The place behind a key, which does not say the number's type. Raises ValueError for anything else."""
        where, mark, time_zone = key.partition("@")
        code, _, region = where.partition("-")
        if not mark or len(code) != 2 or not is_zone(time_zone):
            raise ValueError(f"no place: {key!r}")
        return cls(code, region or None, time_zone, number_type)


def place_of(number: NumberRange) -> Place:
    """Where a number or range is; the first and the last number are both looked at.

    Raises NotPortable for what no operator ports and for countries that are not served, InvalidNumber for what the
    country's numbering plan does not know.
    """
    place = _place(number.first, number.text)
    if number.is_range and _place(number.last, number.text) != place:
        raise InvalidNumber(f"{number} spans numbers of different kinds; order them one by one.")
    return place


def _place(e164: str, shown: str) -> Place:
    parsed = _parsed(e164, shown)
    code = phonenumbers.region_code_for_number(parsed) or _only_region(parsed)
    national = phonenumbers.national_significant_number(parsed)
    if national.startswith(SERVICES.get(code, ())):
        raise NotPortable(f"{shown} is a service or premium-rate number, which cannot be ported.")
    number_type = _type(parsed, code, national, shown)
    served = country(code)
    if number_type is not NumberType.GEOGRAPHIC:
        return Place(code, None, served.time_zone, number_type)
    region = region_of(code, national)
    return Place(code, region, _zone(parsed, served, region), number_type)


def _parsed(e164: str, shown: str) -> PhoneNumber:
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        raise InvalidNumber(f"{shown} begins with no country code that exists.") from None
    if phonenumbers.is_valid_short_number(parsed):
        raise NotPortable(f"{shown} is a short number: emergency numbers and short codes cannot be ported.")
    return parsed


def _only_region(parsed: PhoneNumber) -> str:
    """The country of a number that its plan does not know; several share North America's code, so none of those."""
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    return regions[0] if regions else "001"


def _type(parsed: PhoneNumber, code: str, national: str, shown: str) -> NumberType:
    if code == "001":
        raise NotPortable(f"{shown} belongs to no country; international service numbers cannot be ported.")
    kind = phonenumbers.number_type(parsed)
    if kind in NOT_PORTABLE:
        raise NotPortable(f"{shown} is {NOT_PORTABLE[kind]}, which cannot be ported.")
    if kind not in TYPES:
        raise InvalidNumber(f"{shown} is no number of the numbering plan of {country(code).name}.")
    return NumberType.NATIONAL if national.startswith(NATIONAL_AREAS.get(code, ())) else TYPES[kind]


def _zone(parsed: PhoneNumber, served: Country, region: str | None) -> str:
    """The region's zone, or the area's; where an area has several, the country's own if it is one, else the first."""
    if zone := served.zones.get(region or ""):
        return zone
    zones = sorted(zone for zone in timezone.time_zones_for_geographical_number(parsed) if is_zone(zone))
    return served.time_zone if not zones or served.time_zone in zones else zones[0]

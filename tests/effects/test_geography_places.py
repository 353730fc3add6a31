"""Where a number stands, by the numbering plans as phonenumbers knows them and our table of areas (R05)."""

import json
import subprocess
import sys
from importlib import resources

import holidays
import pytest

from geography.areas import region_of
from geography.places import Place, place_of
from porting.country import countries
from porting.errors import InvalidNumber, NotPortable
from porting.numbers import NumberRange, NumberType
from porting.zones import is_zone

AREAS = json.loads((resources.files("geography") / "areas.json").read_text("utf-8"))


def place(text: str) -> Place:
    return place_of(NumberRange.parse(text))


@pytest.mark.parametrize(
    ("number", "key", "number_type"),
    [
        ("+498912301071X", "DE-BY@Europe/Berlin", "GEOGRAPHIC"),
        ("+493012345678", "DE-BE@Europe/Berlin", "GEOGRAPHIC"),
        ("+4915112345678", "DE@Europe/Berlin", "MOBILE"),
        ("+4932212345678", "DE@Europe/Berlin", "NATIONAL"),
        ("+498001234567", "DE@Europe/Berlin", "TOLL_FREE"),
        ("+390612345678", "IT@Europe/Rome", "GEOGRAPHIC"),
        ("+390471123456", "IT-BZ@Europe/Rome", "GEOGRAPHIC"),
        ("+393331234567", "IT@Europe/Rome", "MOBILE"),
        ("+33123456789", "FR@Europe/Paris", "GEOGRAPHIC"),
        ("+33987654321", "FR@Europe/Paris", "NATIONAL"),
        ("+442079460000", "GB-ENG@Europe/London", "GEOGRAPHIC"),
        ("+441314960123", "GB-SCT@Europe/London", "GEOGRAPHIC"),
        ("+442920180123", "GB-WLS@Europe/London", "GEOGRAPHIC"),
        ("+442890180123", "GB-NIR@Europe/London", "GEOGRAPHIC"),
        ("+443001234567", "GB@Europe/London", "NATIONAL"),
        ("+41441234567", "CH-ZH@Europe/Zurich", "GEOGRAPHIC"),
        ("+41221234567", "CH-GE@Europe/Zurich", "GEOGRAPHIC"),
        ("+34912345678", "ES-MD@Europe/Madrid", "GEOGRAPHIC"),
        ("+34928123456", "ES-CN@Atlantic/Canary", "GEOGRAPHIC"),
        ("+31201234567", "NL@Europe/Amsterdam", "GEOGRAPHIC"),
        ("+31882345678", "NL@Europe/Amsterdam", "NATIONAL"),
        ("+31180123456", "NL@Europe/Amsterdam", "GEOGRAPHIC"),
        ("+12125550123", "US-NY@America/New_York", "GEOGRAPHIC"),
        ("+13125550123", "US-IL@America/Chicago", "GEOGRAPHIC"),
        ("+16025550123", "US-AZ@America/Phoenix", "GEOGRAPHIC"),
        ("+18005550123", "US@America/New_York", "TOLL_FREE"),
        ("+14165550123", "CA-ON@America/Toronto", "GEOGRAPHIC"),
        ("+17095550123", "CA-NL@America/St_Johns", "GEOGRAPHIC"),
        ("+61298765432", "AU-NSW@Australia/Sydney", "GEOGRAPHIC"),
        ("+61731234567", "AU-QLD@Australia/Brisbane", "GEOGRAPHIC"),
        ("+61893123456", "AU-WA@Australia/Perth", "GEOGRAPHIC"),
        ("+61412345678", "AU@Australia/Sydney", "MOBILE"),
    ],
)
def test_a_number_tells_its_country_type_region_and_zone(number, key, number_type):
    found = place(number)
    assert (found.key, found.number_type) == (key, number_type)


@pytest.mark.parametrize(
    ("area", "land"),
    [
        ("89", "BY"),
        ("30", "BE"),
        ("40", "HH"),
        ("421", "HB"),
        ("471", "HB"),
        ("69", "HE"),
        ("711", "BW"),
        ("511", "NI"),
        ("441", "NI"),
        ("201", "NW"),
        ("221", "NW"),
        ("251", "NW"),
        ("6131", "RP"),
        ("681", "SL"),
        ("351", "SN"),
        ("391", "ST"),
        ("361", "TH"),
        ("331", "BB"),
        ("385", "MV"),
        ("431", "SH"),
        ("621", "BW"),
        ("731", "BW"),
        ("6021", "BY"),
        ("9341", "BW"),
        ("355", "BB"),
        ("3447", "TH"),
        ("3877", "BB"),
        ("5542", "HE"),
        ("911", "BY"),
        ("4101", "SH"),
        ("4105", "NI"),
        ("5404", "NW"),
        ("6201", "BW"),
        ("6251", "HE"),
        ("2741", "RP"),
        ("2771", "HE"),
    ],
)
def test_german_areas_lie_in_their_land(area, land):
    assert region_of("DE", area + "1234567") == land


@pytest.mark.parametrize(
    "number",
    [
        "+49900123456",
        "+499001234567",
        "+491801234567",
        "+61131450",
        "+611300123456",
        "+34902123456",
        "+33892123456",
        "+448451234567",
        "+15005550006",
        "+19005550123",
        "+80012345678",
        "+49116117",
        "+39899123456",
    ],
)
def test_premium_shared_cost_and_service_numbers_are_not_portable(number):
    with pytest.raises(NotPortable):
        place(number)


@pytest.mark.parametrize(
    "number", ["+441534123456", "+441481256789", "+18765551234", "+17875551234", "+35312345678", "+3906698123456"]
)
def test_a_country_that_is_not_served_is_refused_by_name(number):
    with pytest.raises(NotPortable, match="not served"):
        place(number)


@pytest.mark.parametrize("number", ["+4912345678", "+999123456789", "+210123456789", "+13334445555", "+3361234567"])
def test_a_number_that_no_plan_knows_is_invalid(number):
    with pytest.raises(InvalidNumber):
        place(number)


def test_both_ends_of_a_range_are_looked_at():
    """stack.md, finding 1: the first number alone would pass."""
    assert place("+4989010XXX").key == "DE-BY@Europe/Berlin"
    with pytest.raises((InvalidNumber, NotPortable)):
        place("+1212555XX")
    with pytest.raises((InvalidNumber, NotPortable)):
        place("+4930XXX")


def test_a_key_says_enough_to_find_the_place_again():
    found = place("+498912345678")
    assert Place.from_key(found.key) == found
    assert Place.from_key("US@America/New_York", NumberType.TOLL_FREE).region is None


@pytest.mark.parametrize(
    "key", ["", "DE", "DE-BY", "DE@", "DE@../../etc/passwd", "DEU@Europe/Berlin", "DE@Mars/Olympus"]
)
def test_what_is_no_key_is_refused(key):
    with pytest.raises(ValueError, match="no place"):
        Place.from_key(key)


@pytest.mark.parametrize("code", sorted(AREAS))
def test_every_region_of_the_table_is_one_that_the_holidays_know(code):
    assert set(AREAS[code]) <= set(holidays.country_holidays(code).subdivisions)


@pytest.mark.parametrize("code", ["DE", "US", "GB", "AU"])
def test_the_table_reaches_every_region_with_a_calendar_of_its_own(code):
    towns_and_islands = {"Augsburg", "NSW Western", "AS", "GU", "MP", "PR", "UM", "VI"}
    assert set(holidays.country_holidays(code).subdivisions) - towns_and_islands == set(AREAS[code])


def test_no_area_stands_in_two_regions():
    for code, regions in AREAS.items():
        areas = [area for line in regions.values() for area in line.split()]
        assert len(areas) == len(set(areas)), code


def test_every_region_with_a_zone_of_its_own_is_in_the_table():
    for code, found in countries().items():
        assert set(found.zones) <= set(AREAS.get(code, {}))
        assert all(is_zone(zone) for zone in found.zones.values())


def test_the_geocoder_is_never_loaded_at_run_time():
    """It takes seconds and 190 MB (stack.md, finding 2)."""
    script = "import sys, geography.places, geography.calendars; sys.exit('phonenumbers.geodata' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

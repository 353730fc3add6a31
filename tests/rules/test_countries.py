"""What each country asks for and how long it takes, as its file says (R11, R44)."""

import re

import pytest

from porting.country import countries, country, load_country
from porting.errors import NotPortable
from porting.missing import ItemKind
from porting.numbers import NumberType
from porting.requirements import Requirement, missing, problem, value_at
from porting.zones import is_zone

SERVED = ["AU", "CA", "CH", "DE", "ES", "FR", "GB", "IT", "NL", "US"]
ACCOUNT = Requirement("losing_carrier.account_number", ItemKind.VALUE, True, "Which account?", "4711", "^[0-9]{4}$")
LOA = Requirement("loa", ItemKind.DOCUMENT, True, "Please upload the letter of authorisation.")
PIN = Requirement("losing_carrier.pin", ItemKind.VALUE, False, "Which PIN?", "4711", "^[0-9]{4}$")

# The opening body's fields that a country may ask for; `details` is free (contract).
BODY = {
    "end_customer": {"name", "contact_name", "email"},
    "end_customer.address": {"street", "house_number", "postal_code", "city", "region", "country"},
    "losing_carrier": {"name", "account_number", "pin", "billing_number"},
}


def a_body(code: str, number_type: NumberType) -> dict:
    """Everything the country asks for, as its own examples have it."""
    body: dict = {}
    for item in country(code).requirements_for(number_type):
        *path, last = item.field.split(".")
        here = body
        for step in path if item.kind is not ItemKind.DOCUMENT else []:
            here = here.setdefault(step, {})
        if item.kind is not ItemKind.DOCUMENT:
            here[last] = item.example
    return body


def kinds(code: str) -> set[str]:
    return {item.field for item in country(code).requirements if item.kind is ItemKind.DOCUMENT}


def test_ten_countries_are_served():
    assert list(countries()) == SERVED


def test_a_country_without_a_file_is_not_portable():
    """R05"""
    with pytest.raises(NotPortable, match="JE"):
        country("JE")


@pytest.mark.parametrize("code", SERVED)
@pytest.mark.parametrize("number_type", list(NumberType))
def test_the_examples_of_a_country_satisfy_its_own_list(code, number_type):
    """R11"""
    items = country(code).requirements_for(number_type)
    assert missing(items, a_body(code, number_type), kinds(code)) == []


@pytest.mark.parametrize("code", SERVED)
@pytest.mark.parametrize("number_type", list(NumberType))
def test_an_empty_request_lacks_exactly_what_is_required(code, number_type):
    items = country(code).requirements_for(number_type)
    assert missing(items, {}, set()) == [item for item in items if item.required]


@pytest.mark.parametrize("code", SERVED)
@pytest.mark.parametrize("number_type", list(NumberType))
def test_no_list_asks_for_a_field_twice_and_each_asks_for_an_loa(code, number_type):
    fields = [item.field for item in country(code).requirements_for(number_type)]
    assert len(fields) == len(set(fields))
    assert "loa" in fields


@pytest.mark.parametrize("code", SERVED)
def test_every_field_is_a_document_or_stands_in_the_opening_body(code):
    for item in country(code).requirements:
        parent, _, name = item.field.rpartition(".")
        if item.kind is ItemKind.DOCUMENT:
            assert not parent
        elif parent != "details":
            assert name in BODY[parent]


@pytest.mark.parametrize("code", SERVED)
def test_every_item_asks_in_a_whole_sentence_and_shows_an_example(code):
    for item in country(code).requirements:
        assert item.prompt[0].isupper()
        assert item.prompt[-1] in "?."
        assert item.example or item.kind is ItemKind.DOCUMENT
        assert bool(item.choices) is (item.kind is ItemKind.CHOICE)


@pytest.mark.parametrize("code", SERVED)
def test_patterns_are_read_alike_by_python_and_javascript(code):
    for item in country(code).requirements:
        if item.pattern:
            assert item.pattern.startswith("^")
            assert item.pattern.endswith("$")
            assert not re.search(r"\(\?[P<#aiLmsux]|\\[AZdwsb]", item.pattern)


@pytest.mark.parametrize("code", SERVED)
def test_zones_exist(code):
    assert all(is_zone(zone) for zone in [country(code).time_zone, *country(code).zones.values()])


@pytest.mark.parametrize(("code", "field"), [
    ("FR", "details.rio"), ("FR", "details.siret"), ("IT", "details.migration_code"), ("IT", "details.tax_id"),
    ("ES", "details.tax_id"), ("GB", "end_customer.address.postal_code"), ("NL", "end_customer.address.house_number"),
    ("US", "losing_carrier.account_number"), ("US", "losing_carrier.billing_number"), ("US", "invoice"),
    ("AU", "losing_carrier.account_number"), ("CH", "end_customer.address.street"), ("CA", "end_customer.address.city"),
])
def test_what_makes_a_country_special_is_required(code, field):
    assert field in [item.field for item in country(code).requirements_for(NumberType.GEOGRAPHIC) if item.required]


def test_a_pin_is_required_for_american_mobile_numbers_only():
    by_type = {kind: [item for item in country("US").requirements_for(kind) if item.field == "losing_carrier.pin"]
               for kind in NumberType}
    assert {kind for kind, [item] in by_type.items() if item.required} == {NumberType.MOBILE}


@pytest.mark.parametrize(("code", "field", "good", "bad"), [
    ("FR", "details.rio", ["01P123456A1B", "44E0A1B2C+3D"], ["01P123456A1", "01X123456A1B", "0612345678"]),
    ("IT", "details.tax_id", ["12345678901", "IT12345678901", "RSSMRA85T10A562S"], ["123", "RSSMRA85T10A562"]),
    ("ES", "details.tax_id", ["12345678Z", "X1234567L", "B12345674"], ["1234567Z", "I1234567A"]),
    ("GB", "end_customer.address.postal_code", ["SW1A 1AA", "m1 1ae", "EH99SP"], ["SW1A", "12345"]),
    ("NL", "end_customer.address.postal_code", ["1012 JS", "1012js"], ["0123 AB", "1012"]),
    ("DE", "end_customer.address.postal_code", ["80331"], ["8033", "80331\n1", "٨٠٣٣١"]),
    ("CA", "end_customer.address.postal_code", ["M5H 1A1", "m5h1a1"], ["10001", "M5H 1A"]),
])
def test_a_value_is_checked_against_what_the_donor_takes(code, field, good, bad):
    [item] = [item for item in country(code).requirements_for(NumberType.GEOGRAPHIC) if item.field == field]
    assert [problem(item, value) for value in good] == [None] * len(good)
    assert all(item.example in (problem(item, value) or "") for value in bad)


def test_a_blank_value_is_missing_and_the_prompt_says_what_is():
    assert problem(ACCOUNT, "  ") == "Which account?"
    assert missing([ACCOUNT], {"losing_carrier": {"account_number": " "}}, set()) == [ACCOUNT]


def test_a_malformed_value_is_missing_even_where_none_is_required():
    assert missing([PIN], {}, set()) == []
    assert missing([PIN], {"losing_carrier": {"pin": "12"}}, set()) == [PIN]


def test_a_document_is_missing_until_one_of_its_kind_is_there():
    assert missing([LOA], {"loa": "yes"}, {"invoice"}) == [LOA]
    assert missing([LOA], {}, {"loa"}) == []


@pytest.mark.parametrize("body", [{}, {"losing_carrier": None}, {"losing_carrier": "x"},
                                  {"losing_carrier": {"pin": None}}])
def test_a_path_that_leads_nowhere_has_no_value(body):
    assert value_at(body, "losing_carrier.pin") is None


@pytest.mark.parametrize("value", ["MULTI", "RED"])
def test_a_choice_takes_one_of_its_values(value):
    [item] = [item for item in country("ES").requirements if item.kind is ItemKind.CHOICE]
    assert problem(item, value) is None
    assert "SINGLE, MULTI, RED" in (problem(item, "OTHER") or "")


@pytest.mark.parametrize(("code", "number_type", "count", "days"), [
    ("GB", NumberType.GEOGRAPHIC, 1, 4), ("GB", NumberType.GEOGRAPHIC, 10, 7), ("GB", NumberType.GEOGRAPHIC, 100, 10),
    ("GB", NumberType.GEOGRAPHIC, 1000, 17), ("GB", NumberType.NATIONAL, 1, 7), ("US", NumberType.GEOGRAPHIC, 50, 5),
    ("US", NumberType.GEOGRAPHIC, 51, 10), ("NL", NumberType.TOLL_FREE, 1, 30), ("NL", NumberType.GEOGRAPHIC, 1, 17),
    ("DE", NumberType.GEOGRAPHIC, 10, 5), ("FR", NumberType.MOBILE, 1, 8), ("AU", NumberType.GEOGRAPHIC, 10, 15),
])
def test_lead_times_follow_type_and_size(code, number_type, count, days):
    """R08"""
    assert country(code).lead_days(number_type, count) == days


def test_switzerland_and_australia_have_advice_for_the_partner():
    """R44"""
    assert {code for code, found in countries().items() if found.advice} == {"AU", "CH"}
    assert "anonymous" in country("CH").advice
    assert "unreachable" in country("AU").advice


def test_a_file_without_its_code_is_refused():
    with pytest.raises(KeyError):
        load_country('name = "Nowhere"')

"""The numbers of a request, read without any database: what can be ported, what overlaps, who ports it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porting.numbers import NumberRange
from service.lines_ordered import numbers_per_order, read_numbers

CARRIERS = {"DE": "telnyx", "IT": "telnyx", "DE:MOBILE": ""}


def codes(*numbers: str, most: int = 10_000) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in read_numbers(numbers, CARRIERS, most)[1]]


def test_what_can_be_ported_has_its_place_and_carrier() -> None:
    """R05"""
    lines, problems = read_numbers(["+4989010710X"], CARRIERS, 10)
    assert (problems, lines[0].place.key, lines[0].carrier) == ([], "DE-BY@Europe/Berlin", "telnyx")


def test_a_type_or_country_without_a_carrier_is_refused() -> None:
    """R05"""
    assert codes("+4915112345678", "+33123456789") == [("/numbers/0", "no_carrier"), ("/numbers/1", "no_carrier")]


def test_outbound_only_asks_for_no_carrier() -> None:
    """R06"""
    lines, problems = read_numbers(["+4915112345678"], None, 10)
    assert (problems, lines[0].carrier) == ([], "")


def test_every_number_at_fault_is_named_at_its_place() -> None:
    """R14"""
    found = codes("112", "+498912345678", "089 1234567", "+49891234567X", "+49X1")
    assert sorted(found) == [
        ("/numbers/0", "not_portable"), ("/numbers/2", "invalid_number"), ("/numbers/3", "numbers_overlap"),
        ("/numbers/4", "invalid_number"),
    ]  # fmt: skip


def test_the_limit_counts_numbers_and_not_lines() -> None:
    assert codes("+4989010710X", most=10) == []
    assert codes("+4989010710X", "+498912345678", most=10) == [("/numbers", "too_many_numbers")]
    assert codes(*["+498912345678"] * 11, most=10) == [("/numbers", "too_many_numbers")]


def test_what_was_told_before_is_not_told_again() -> None:
    lines, problems = read_numbers(["", "+498912345678"], CARRIERS, 10, {"/numbers/0"})
    assert ([line.position for line in lines], problems) == ([1], [])


def test_an_order_is_as_large_as_its_lines_together() -> None:
    """R07"""
    lines, _ = read_numbers(["+4989010710X", "+498912345678", "+390612345678"], CARRIERS, 100)
    assert sorted(numbers_per_order(lines).values()) == [1, 11]


BLOCKS = st.builds(lambda n, wild: f"+49891234{n:0{4 - wild}d}" + "X" * wild, st.integers(0, 9), st.integers(0, 3))


@given(st.lists(BLOCKS, max_size=8))
def test_a_request_overlaps_exactly_when_two_of_its_lines_do(numbers: list[str]) -> None:
    """R04, against the slow way of looking at every pair."""
    ranges = [NumberRange.parse(number) for number in numbers]
    pairs = [(a, b) for n, a in enumerate(ranges) for b in ranges[n + 1 :] if a.overlaps(b)]
    assert bool(pairs) == any(code == "numbers_overlap" for _, code in codes(*numbers))


@pytest.mark.parametrize("raw", ["\x00", "\ud800", "+" * 70, "X", "+X", "＋498912345678 ", "+49​8912345678"])
def test_no_text_breaks_the_reading(raw: str) -> None:
    lines, problems = read_numbers([raw], CARRIERS, 10)
    assert len(lines) + len(problems) == 1

"""What partners write for numbers and ranges, and what becomes of it (R01, R02, R04)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porting.errors import InvalidNumber, NotPortable, PortingError, RangeTooLarge
from porting.numbers import NumberRange, parse_search, search_ending

digits = st.text("0123456789", min_size=7, max_size=11)
ranges = st.builds(lambda head, body, tail: NumberRange(f"+{head}{body}{tail}"), st.sampled_from("123456789"), digits,
                   st.sampled_from(["", "X", "XX", "XXX"]))


@pytest.mark.parametrize("written", [
    "+49 89 12345678", "+49-89-123 456 78", "+49.89.12345678", "+49 (89) 123/45678", "+49 (0) 89 12345678",
    "+49\u00a089\u202f12345678", "+49\u201189\u201312345678", "\u202a+49 89 12345678\u202c", "  +498912345678\n",
    "\uff0b498912345678", "[+49] 89 12345678",
])
def test_every_spelling_of_a_number_comes_out_as_e164(written):
    """R01: spaces, dots, dashes and brackets are accepted on the way in, and never come out."""
    assert NumberRange.parse(written).text == "+498912345678"


def test_an_italian_zero_stays_even_in_brackets():
    assert NumberRange.parse("+39 (0)6 12345678").text == "+390612345678"


@pytest.mark.parametrize(("written", "first", "last", "count"), [
    ("+498912301071X", "+4989123010710", "+4989123010719", 10),
    ("+4989010710X", "+49890107100", "+49890107109", 10),
    ("+49 89 0107 XX", "+4989010700", "+4989010799", 100),
    ("+4989010XXX", "+4989010000", "+4989010999", 1000),
    ("+498912301071x", "+4989123010710", "+4989123010719", 10),
])
def test_x_at_the_end_stands_for_ten_numbers_each(written, first, last, count):
    """R02"""
    found = NumberRange.parse(written)
    assert (found.first, found.last, found.count) == (first, last, count)
    assert found.text.endswith("X")
    assert found.is_range


def test_a_range_is_never_kept_as_the_bare_number():
    assert NumberRange.parse("+498912301071X").text == "+498912301071X"


@pytest.mark.parametrize("written", ["+4989123XXXX", "+4989123 XXXX", "+4989123xxxx", "+4989123XXXXX"])
def test_more_than_a_thousand_numbers_are_too_large_a_range(written):
    with pytest.raises(RangeTooLarge) as refusal:
        NumberRange.parse(written)
    assert refusal.value.code == "range_too_large"


@pytest.mark.parametrize("written", [
    "+49X9123", "+498912X45", "+X498912345", "+4989123X4X", "XX", "+XX", "+49X", "+4989123456789XXX",
])
def test_an_x_anywhere_but_at_the_end_is_refused(written):
    with pytest.raises(InvalidNumber):
        NumberRange.parse(written)


@pytest.mark.parametrize("written", [
    "+498912345678;ext=12", "+498912345678x5", "+498912345678 x 5", "+498912345678 ext 5", "+498912345678 ext. 5",
    "+498912345678 extension 5", "+498912345678#5", "+498912345678,5", "+49891234567 ext", "+498912345678 ext x",
])
def test_an_extension_is_refused_and_never_dropped(written):
    with pytest.raises(InvalidNumber):
        NumberRange.parse(written)


def test_a_loose_small_x_is_refused_because_it_can_mean_two_things():
    with pytest.raises(InvalidNumber, match="unclear"):
        NumberRange.parse("+498912345 x")


@pytest.mark.parametrize("written", ["089 12345678", "08912345678", "(089) 12345678", "498912345678", "212 555 0123"])
def test_a_national_format_is_refused_with_a_hint(written):
    """R01: a national format without country is refused, with the reason."""
    with pytest.raises(InvalidNumber, match=r"country code.*\+49"):
        NumberRange.parse(written)


def test_a_leading_00_is_refused_with_a_hint_to_write_plus():
    with pytest.raises(InvalidNumber, match=r"00.*\+"):
        NumberRange.parse("0049 89 12345678")


@pytest.mark.parametrize("written", ["112", "+112", "+1911", "911", "13 14 50", "+49 110"])
def test_emergency_numbers_and_short_codes_are_not_portable(written):
    """R05"""
    with pytest.raises(NotPortable) as refusal:
        NumberRange.parse(written)
    assert refusal.value.code == "not_portable"


@pytest.mark.parametrize(("written", "digits"), [
    ("+1 800 FLOWERS", "+18003569377"), ("+1 800 GO-FEDEX", "+18004633339"), ("+1-800-flowers", "+18003569377"),
    ("+1 800 TAXIXXX", "+18008294999"), ("+1 800 CALL 4 ME", "+18002255463"),
])
def test_a_vanity_number_becomes_its_digits(written, digits):
    assert NumberRange.parse(written).text == digits


@pytest.mark.parametrize("written", ["+49 89 12O45678", "+49 89 l2345678", "+FLOWERS", "+1 800 BLÜMEN"])
def test_a_slip_of_the_pen_is_not_taken_for_a_vanity_number(written):
    with pytest.raises(InvalidNumber):
        NumberRange.parse(written)


@pytest.mark.parametrize("written", [
    "", " ", "+", "++498912345678", "+0891234567", "+49891234567890123", "+" + "1" * 5000, "+49 89 123\x0045678",
    "+49891234\ud800", "+٤٩٨٩١٢٣٤٥٦٧٨", "<script>", "+49 89 12345678 +49 89 12345679", "{{7*7}}",
])
def test_hostile_and_broken_text_is_refused_in_printable_words(written):
    with pytest.raises(InvalidNumber) as refusal:
        NumberRange.parse(written)
    assert refusal.value.detail.isprintable()
    assert len(refusal.value.detail) < 300


def test_a_number_that_is_not_canonical_cannot_be_built():
    with pytest.raises(PortingError):
        NumberRange("+49 89 12345678")


@given(ranges)
def test_a_range_holds_its_members_and_no_others(found):
    members = list(found.members())
    assert len(members) == found.count == len(set(members))
    assert members[0] == found.first
    assert members[-1] == found.last
    assert all(found.contains(number) for number in members)
    assert not found.contains(f"+{found.last_value + 1}")
    assert not found.contains(f"+{found.first_value - 1}")


@given(ranges)
def test_what_came_out_goes_in_again(found):
    assert NumberRange.parse(found.text) == found


@given(ranges, ranges)
def test_ranges_overlap_exactly_when_they_have_a_number_in_common(one, other):
    shared = set(one.members()) & set(other.members())
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


@pytest.mark.parametrize(("one", "other", "collide"), [
    ("+4989010710X", "+49890107105", True), ("+4989010710X", "+498901071XX", True),
    ("+4989010710X", "+4989010711X", False), ("+4989010710", "+49890107100", False),
])
def test_a_range_collides_with_every_number_in_it(one, other, collide):
    """R04"""
    assert NumberRange(one).overlaps(NumberRange(other)) is collide


@pytest.mark.parametrize("number", ["", "+", "498", "+٤٩٨٩٠١٠٧١٠٠", "hello"])
def test_what_is_no_number_is_in_no_range(number):
    assert not NumberRange("+4989010710X").contains(number)


@pytest.mark.parametrize("spelling", [
    "+498912345678", "0049 89 12345678", "+49 (0)89 123-456-78", "0049 (0) 89 / 12345678", "498912345678",
    "+49\u00a089.12345678", " 49 89 12345678 ",
])
def test_the_finder_takes_any_spelling(spelling):
    """R41"""
    assert parse_search(spelling) == 498912345678


@pytest.mark.parametrize(("spelling", "value"), [("+4989010710X", 49890107100), ("+4989010710x", 49890107100)])
def test_the_finder_takes_a_range_for_its_first_number(spelling, value):
    assert parse_search(spelling) == value


@pytest.mark.parametrize("text", ["", "089 12345678", "PC-01J", "hello", "12", "+" + "9" * 40, "+49x", "\ud800"])
def test_the_finder_leaves_alone_what_is_no_international_number(text):
    assert parse_search(text) is None


def test_a_national_spelling_is_found_by_its_ending():
    assert search_ending("089 / 123 456-78") == "8912345678"
    assert search_ending("08 15") is None
    assert search_ending("PC-01J8912345") is None


@given(st.sampled_from(list(product(["+", "00", ""], [" ", "-", ".", "/", "\u00a0"]))), st.integers(10**7, 10**10))
def test_separators_never_change_what_is_found(style, rest):
    prefix, separator = style
    body = separator.join(["49", *str(rest)])
    assert parse_search(prefix + body) == int(f"49{rest}")

"""Small pure things of the doors: ids, papers' names, texts, cells of a sheet, pointers."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.faults import pointer
from api.sheets import cell
from api.text import Line, Text
from service.case_ids import derived_id, new_case_id
from service.papers import NoDocument, media_type, safe_name

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)


@given(st.integers(1, 10**9))
def test_a_later_case_has_a_greater_id(milliseconds: int) -> None:
    assert new_case_id(AT) < new_case_id(AT + timedelta(milliseconds=milliseconds))


def test_cases_of_one_millisecond_differ() -> None:
    assert len({new_case_id(AT) for _ in range(1000)}) == 1000


def test_an_id_is_short_enough_for_a_message_id_and_easy_to_read_out() -> None:
    found = new_case_id(AT)
    assert len(found) == 19 and set(found[3:]) <= set(string.digits + string.ascii_uppercase) - set("ILOU")


def test_the_same_call_names_its_things_alike() -> None:
    assert derived_id("AN", "PC-1", "u") == derived_id("AN", "PC-1", "u")
    assert len({derived_id("AN", "PC-1", "u"), derived_id("CO", "PC-1", "u"), derived_id("AN", "PC-1u", "")}) == 3


@given(ANY_TEXT)
def test_any_name_of_a_file_becomes_a_harmless_one(name: str) -> None:
    kept = safe_name(name)
    assert 0 < len(kept) <= 120 and kept == kept.strip() and not set(kept) & set('/\\"<>\r\n\x00')
    kept.encode("utf-8")


@given(st.binary(max_size=30))
def test_only_papers_are_papers(content: bytes) -> None:
    known = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
    if content.startswith(known):
        assert media_type(content)
    else:
        with pytest.raises(NoDocument):
            media_type(content)


@given(ANY_TEXT)
def test_a_line_that_is_taken_can_be_stored_mailed_and_shown(raw: str) -> None:
    try:
        kept = TypeAdapter(Line).validate_python(raw)
    except ValidationError:
        return
    kept.encode("utf-8")
    assert not set(kept) & set("\x00\r\n\u2028\u2029\u202e")


def test_a_text_may_have_lines_and_a_line_may_not() -> None:
    assert TypeAdapter(Text).validate_python("a\r\nb\tc") == "a\nb\tc"
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python("a\nb")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+498912345678", "+498912345678"), ("+4989010710X", "+4989010710X"), ("=1+1", "'=1+1"), ("+1+1", "'+1+1"),
        ("@SUM", "'@SUM"), ("\t=1", "'\t=1"), ("-5", "'-5"), (None, ""), (True, "yes"), (3, "3"),
        (["+498912345678", "+4989010710X"], "+498912345678 +4989010710X"), ("＝1", "'＝1"), ("plain", "plain"),
    ],
)  # fmt: skip
def test_a_cell_is_never_a_formula(value: object, shown: str) -> None:
    assert cell(value) == shown


@given(ANY_TEXT)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not cell(text).startswith(("=", "@", "-", "\t", "\r"))


def test_pointers_escape_what_they_must() -> None:
    assert pointer(("body", "numbers", 3)) == "/numbers/3"
    assert pointer(("details", "a/b~c")) == "/details/a~1b~0c"
    assert pointer(()) == ""

"""The fault matrix: what can go wrong with a carrier, and the test that does it to each of them (faults 3 and 9)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import pytest

from carriers.directory import CARRIERS
from tests.carriers import test_kills, test_news, test_reads, test_writes
from tests.carriers.conftest import COUNTERPARTS
from tests.carriers.counterpart import Act, Kind, Look, Misuse, Story, cannot_be
from tests.carriers.wire import Break

SUITE = (test_kills, test_news, test_reads, test_writes)
MATRIX: Mapping[str, Sequence[Kind]] = {
    "500 before the write": [Break.FAILS_BEFORE_WRITE],
    "500 after the write": [Break.FAILS_AFTER_WRITE],
    "timeout": [Break.SILENT, Break.SILENT_BEFORE_WRITE],
    "dropped connection": [Break.DROPPED, Break.DROPPED_BEFORE_WRITE],
    "429": [Break.BUSY],
    "garbage with 200": [Break.PAGE, Break.TRUNCATED, Break.LARGE, Break.SHAPELESS, Break.DEEP],
    "unknown status": [Story.UNKNOWN_STATUS],
    "duplicate": [Story.NEWS_TWICE],
    "reordered": [Story.NEWS_REORDERED],
    "three days late": [Story.NEWS_DAYS_LATE],
    "lost": [Story.NEWS_LOST],
    "from its start again": [Story.NEWS_FROM_START],
    "bad signature": [Misuse.FORGED, Misuse.STALE],
    "a clock that is wrong by hours": [Misuse.AHEAD],
    "a date in the past": [Story.PAST_DATE],
    "unknown order": [Misuse.UNKNOWN_ORDER],
    "another case's reference": [Misuse.OTHERS_ORDER],
    "numbers that are not ours": [Misuse.OTHERS_NUMBERS],
    "confirmed, refused, rejected": [Story.CONFIRMED, Story.REFUSED, Story.REJECTED],
    "a worker that dies around each write": [*Act],
    "a read of each kind that breaks": [*Look],
}
LISTED = {kind for kinds in MATRIX.values() for kind in kinds}


def suite_of(module: ModuleType) -> list[Callable[..., Any]]:
    """Its tests that take the stand-ins in turn."""
    found = [test for name, test in inspect.getmembers(module, inspect.isfunction) if name.startswith("test_")]
    return [test for test in found if "counterpart" in inspect.signature(test).parameters]


def given(test: Callable[..., Any]) -> set[Any]:
    """What a test is run with: the values that it is parametrized by, and those that its own words name."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    values = {value for mark in marks for value in mark.args[1] if isinstance(value, Kind)}
    text = inspect.getsource(test)
    return values | {kind for kind in LISTED if f"{type(kind).__name__}.{kind.name}" in text}


def test_the_matrix_lists_every_kind_of_trouble_that_a_stand_in_can_make() -> None:
    assert {*Break, *Story, *Misuse, *Act, *Look} == LISTED


@pytest.mark.parametrize("what", MATRIX)
def test_everything_in_the_matrix_is_done_to_every_carrier(what: str) -> None:
    """None of it is left to one carrier's own tests."""
    done = {kind for module in SUITE for test in suite_of(module) for kind in given(test)}
    assert set(MATRIX[what]) <= done


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_what_is_not_done_to_a_carrier_is_passed_over_with_a_reason(name: str) -> None:
    """Only what its capabilities rule out: one that is called has every break, and nearly every story."""
    able = CARRIERS[name].capabilities
    missing = {kind for kind in LISTED if isinstance(kind, Break | Story | Misuse | Look) and cannot_be(kind, able)}
    assert all(len(cannot_be(kind, able)) > 20 for kind in missing)
    if not able.is_by_hand:
        assert not missing & {*Break} and not missing & {*Story} - {Story.NEWS_LOST}

"""The examples: each can be read and played, none stands in another's way, and what must be rehearsed is."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from notifications.catalogue import templates
from porting.country import country
from porting.numbers import NumberRange
from sandbox.demo.story import read_stories
from tests.house.sources import ROOT

FILES = sorted((ROOT / "examples").glob("*.json"))
STORIES = read_stories(FILES)
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}X{0,3}")
HEARD = {name.removesuffix(".partner") for name in templates() if name.endswith(".partner")}


def steps(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "examples" / f"{name}.json").read_text())["steps"]
    return found


def ordered(name: str) -> list[str]:
    """The lines that a story orders."""
    bodies = [step["body"] for step in steps(name) if step.get("post") == "/v1/porting-cases"]
    written = [number for body in bodies if isinstance(body, dict) for number in body["numbers"]]
    return [STORIES[name].number if number == "${number}" else number for number in written]


def test_there_are_at_least_twelve_stories_and_their_files_are_numbered() -> None:
    assert len(FILES) >= 12
    assert [path.name[:2] for path in FILES] == [f"{n:02}" for n in range(1, len(FILES) + 1)]


def test_no_two_stories_order_the_same_number() -> None:
    spans = [(name, NumberRange.parse(number)) for name in STORIES for number in ordered(name)]
    clashes = [(a, b) for n, (a, one) in enumerate(spans) for b, other in spans[n + 1 :] if one.overlaps(other)]
    assert clashes == []


def test_no_two_stories_bear_one_reference_or_title() -> None:
    text = "".join(path.read_text() for path in FILES)
    references = Counter(re.findall(r'"body": \{\n\s*"reference": "([^"]+)"', text))
    assert len(references) >= len(FILES) and set(references.values()) == {1}
    assert len({story.title for story in STORIES.values()}) == len(STORIES)


def test_the_stories_span_many_countries() -> None:
    countries = {story.place[:2] for story in STORIES.values()}
    assert len(countries) >= 6
    assert all(country(code) for code in countries)


@pytest.mark.parametrize("name", STORIES)
def test_every_name_is_remembered_before_it_is_used(name: str) -> None:
    known = {"number"}
    for step in steps(name):
        used = set(re.findall(r"\$\{(\w+)\}", json.dumps({k: v for k, v in step.items() if k != "remember"})))
        if "check" in step and "of" not in step:
            used.add("case")
        assert used <= known, step
        remembered = step.get("remember", {})
        known |= set(remembered) if isinstance(remembered, dict) else {remembered}
        known |= {step["upload"]["kind"]} if "upload" in step else set()


@pytest.mark.parametrize("name", STORIES)
def test_a_check_names_only_mails_that_exist_and_the_last_one_says_how_it_ends(name: str) -> None:
    checks = [step["check"] for step in steps(name) if "check" in step]
    assert {mail for check in checks for mail in check.get("mails", [])} <= HEARD
    assert checks[-1]["case"]["status"] in {"COMPLETED", "TERMINATED", "REJECTED", "OUTBOUND"}


@pytest.mark.parametrize("name", STORIES)
def test_numbers_stand_in_a_story_in_one_spelling_and_no_number_is_left_over(name: str) -> None:
    text = (ROOT / "examples" / f"{name}.json").read_text()
    billing = set(re.findall(r'"billing_number": "([^"]+)"', text))
    assert set(NUMBER.findall(text)) <= {*ordered(name), *billing}


def test_the_lines_of_an_example_fit_a_page() -> None:
    wide = [path.name for path in FILES if any(len(line) > 120 for line in path.read_text().splitlines())]
    assert wide == []

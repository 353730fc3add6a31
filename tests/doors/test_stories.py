"""Stories: what may be written, how days and names are filled in, one clock for many, and how they are told."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from sandbox.demo.compare import differences
from sandbox.demo.conductor import Conductor
from sandbox.demo.deeds import _passes
from sandbox.demo.lines import Line, Mark, Result
from sandbox.demo.story import BadStory, Moment, Story, read_story
from sandbox.demo.teller import Teller, clock, print_table
from sandbox.demo.values import NotKnown, Values, at_path, put_at

MUNICH = "+4989010810X"
# A Tuesday; the Wednesday after it is Epiphany, which counts in Munich.
NOW = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


def written(*steps: Any, **other: Any) -> str:
    return json.dumps({"title": "A story", "tells": "What it tells.", "number": MUNICH, "steps": steps, **other})


def values(**known: Any) -> Values:
    return Values("DE-BY@Europe/Berlin", NOW, {"number": MUNICH, **known})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "story, line 1: no JSON"),
        (written(), "story, steps: List should have at least 1 item"),
        (written({"advance": "soon"}), "story, step 1, advance.span: String should match"),
        (written({"says": "Now.", "advance": {"to": "+1bd", "at": "25:00"}}), "step 1, advance.moment.at"),
        (written({"post": "/v1/x"}), "story, step 1, says: Field required"),
        (written({"says": "Both.", "get": "/v1/x", "post": "/v1/x"}), "A step names one of post, get, upload"),
        (written({"advance": "1d"}, {"says": "It is.", "chek": {}}), "story, step 2: A step names one of"),
        (written({"says": "It is.", "check": {"mail": []}}), "step 1, check.mail: Extra inputs are not permitted"),
        (written({"says": "It.", "get": "/v1/x", "expect": {"status": "200"}}), "step 1, expect.status: Input"),
        (written({"says": "I am.", "as": "nobody", "get": "/v1/x"}), "step 1, as: Input should be 'partner'"),
        (written({"says": "Do.", "script": {"number": "+49", "steps": [{"do": "dance"}]}}), "step 1, script: /steps/0"),
        (written({"advance": "1d"}, number="089"), "story, number:"),
        (written({"advance": "1d"}, extra=1), "story, extra: Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_fault_of_a_story_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(BadStory) as bad:
        read_story(text)
    assert says in str(bad.value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("+1bd", date(2027, 1, 7)),
        ("+1d", date(2027, 1, 6)),
        ("-1bd", date(2027, 1, 4)),
        ("2027-03-01", date(2027, 3, 1)),
        ("${wish}", date(2027, 1, 11)),
        ("${wish}-2bd", date(2027, 1, 7)),
        ("${wish}+1d", date(2027, 1, 12)),
    ],
)
def test_days_are_counted_in_the_calendar_of_the_storys_number(text: str, day: date) -> None:
    assert values(wish="2027-01-11").day(text) == day


def test_business_days_pass_to_the_same_hour_there() -> None:
    assert values().after("1bd") == datetime(2027, 1, 7, 8, 0, tzinfo=UTC)
    assert values().after("+3h") == NOW + timedelta(hours=3)
    assert values().local(date(2027, 1, 7), datetime.min.time()) == datetime(2027, 1, 6, 23, 0, tzinfo=UTC)


def test_what_is_remembered_stands_in_for_its_name_and_a_copy_stays_as_it_is() -> None:
    copy = {"numbers": ["+49301"], "ivp": True}
    known = values(case="PC-1", copy=copy)
    assert known.fill({"a": "/v1/${case}/x", "b": ["${number}"], "c": "${copy}", "d": 3}) == {
        "a": "/v1/PC-1/x", "b": [MUNICH], "c": copy, "d": 3,
    }  # fmt: skip
    assert known.fill({"${number}": "+1bd"}) == {MUNICH: "2027-01-07"}


def test_a_carriers_script_keeps_its_own_dates_but_for_those_counted_from_a_remembered_one() -> None:
    steps = [{"do": "confirm", "date": "+5bd"}, {"do": "move_date", "date": "${wish}+1bd"}]
    filled = values(wish="2027-01-11").fill(steps, counted=False)
    assert [step["date"] for step in filled] == ["+5bd", "2027-01-12"]


@pytest.mark.parametrize("text", ["${nothing}", "/v1/${nothing}", "${nothing}+1bd"])
def test_a_name_that_was_not_remembered_is_told(text: str) -> None:
    with pytest.raises(NotKnown, match="nothing was remembered as nothing"):
        values().fill(text)


def test_a_place_in_an_answer_is_found_or_told() -> None:
    body: dict[str, Any] = {"lines": [{"number": "+49"}]}
    assert at_path(body, "lines.0.number") == "+49"
    assert at_path(body, ".") == body
    with pytest.raises(NotKnown, match=r"no lines\.1\.number"):
        at_path(body, "lines.1.number")
    put_at(body, "details.rio", "X")
    put_at(body, "lines.0.number", "+33")
    assert body == {"lines": [{"number": "+33"}], "details": {"rio": "X"}}


@pytest.mark.parametrize(
    ("expected", "came", "found"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["a.b: expected 1, came 2"]),
        ({"a": None}, {}, []),
        ({"a": 1}, {}, ["a: expected 1, came None"]),
        ([{"a": 1}], [{"a": 1, "b": 2}], []),
        (["x"], ["x", "y"], ["the answer: expected x, came x, y"]),
        ([], [1], ["the answer: expected [], came 1"]),
    ],
)
def test_only_what_is_named_is_compared_but_lists_as_a_whole(expected: Any, came: Any, found: list[str]) -> None:
    assert list(differences(expected, came)) == found


class SteeredClock:
    """Goes where it is sent; remembers where that was."""

    def __init__(self) -> None:
        self.now, self.went = NOW, list[datetime]()

    async def let_pass(self, until: datetime | None) -> datetime:
        if until is not None:
            self.went.append(until)
            self.now = until
        return self.now


async def test_the_clock_goes_to_the_earliest_hour_that_a_story_waits_for() -> None:
    steered, heard = SteeredClock(), list[tuple[str, datetime]]()
    conductor = Conductor(steered.let_pass, 2)

    async def story(name: str, *days: int) -> None:
        for count in days:
            now = await conductor.wait(lambda now, count=count: now + timedelta(days=count))  # type: ignore[misc]
            heard.append((name, now))
        conductor.leave()

    conducting = asyncio.create_task(conductor.conduct())
    await asyncio.gather(story("slow", 5), story("quick", 1, 2, 4))
    await conducting
    days = [NOW + timedelta(days=count) for count in (1, 3, 5, 7)]
    assert steered.went == days
    assert heard == [("quick", days[0]), ("quick", days[1]), ("slow", days[2]), ("quick", days[3])]


async def test_trouble_with_the_clock_reaches_every_story_that_waits() -> None:
    async def broken(_: datetime | None) -> datetime:
        raise ConnectionError("no clock")

    conductor = Conductor(broken, 2)

    async def story() -> None:
        try:
            await conductor.wait(lambda now: now)
        finally:
            conductor.leave()

    conducting = asyncio.create_task(conductor.conduct())
    ended = await asyncio.gather(story(), story(), return_exceptions=True)
    await conducting
    assert [str(trouble) for trouble in ended] == ["no clock"] * 2


STORIES: dict[str, Story] = {
    name: read_story(written({"advance": "1d"}, title=f"Story {name}")) for name in ("one", "two")
}


def told(width: int = 80) -> tuple[Teller, StringIO]:
    file = StringIO()
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    return Teller(STORIES, console), file


def test_stories_are_told_one_after_another_however_they_are_played() -> None:
    teller, file = told()
    teller.begin(NOW)
    teller.tell("two", Line(Mark.DONE, "second story", NOW))
    teller.tell("one", Line(Mark.EVENT, "first story", NOW))
    teller.ended(Result("two", "Story two"))
    assert "first story" in file.getvalue() and "second story" not in file.getvalue()
    teller.ended(Result("one", "Story one", failures=["status: expected 201, came 422"]))
    text = file.getvalue()
    assert text.index("first story") < text.index("NOT as told: status: expected 201") < text.index("second story")
    assert "Tue  5 Jan 08:00 second story" in text


def test_what_is_piped_has_no_colours_no_widgets_and_fits_80_columns() -> None:
    teller, file = told()
    teller.begin(NOW)
    teller.tick(NOW)
    teller.tell("one", Line(Mark.STATE, "a word " * 40))
    teller.tell("one", Line(Mark.DIFFERS, "http://127.0.0.1:8000/" + "x" * 90))
    for name in STORIES:
        teller.ended(Result(name, f"Story {name}"))
    teller.stop()
    long = Result("one", "A long title " * 6, cases=[{"status": "COMPLETED"}] * 2, began=NOW, ended=NOW)
    print_table(teller.console, [long])
    text = file.getvalue()
    assert "\x1b" not in text and "\r" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert "2 stories under way" not in text


def test_an_advance_is_told_in_words() -> None:
    assert [_passes(text) for text in ("1d", "+10bd", "1bd", "3h")] == [
        "1 day passes.", "10 business days pass.", "1 business day passes.", "3 hours pass.",
    ]  # fmt: skip
    assert _passes(Moment(to="+1bd", at="09:00")) == "Time passes until 09:00."
    assert clock(NOW) == "Tue  5 Jan 08:00"

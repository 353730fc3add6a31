"""What an example file may say: a story, its steps, and every fault of a file by name and place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag, ValidationError

from geography.places import place_of
from porting.errors import PortingError
from porting.numbers import NumberRange
from sandbox.carrier.script import BadScript
from sandbox.simulated import script_readers

Who = Literal["partner", "other_partner", "care"]
Words = Annotated[str, Field(min_length=3, max_length=300)]
Names = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
DEEDS = ("post", "get", "upload", "script", "advance", "check")


class BadStory(Exception):
    """An example that cannot be played: its file, the place in it, and what is wrong there."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Expected(_Part):
    """What the answer of a call must be; of objects in `body` only the fields named here are looked at."""

    status: int | None = None
    code: str | None = None
    status_of_case: str | None = None
    body: JsonValue = None


class _Call(_Part):
    says: Words
    who: Who = Field(default="partner", alias="as")
    expect: Expected = Expected()
    remember: Mapping[Names, str] = {}


class Post(_Call):
    """A call that does something; `with` puts values into a body that was remembered, by their paths."""

    post: str = Field(pattern="^/")
    body: JsonValue = None
    extra: Mapping[str, JsonValue] = Field(default={}, alias="with")


class Get(_Call):
    get: str = Field(pattern="^/")


class Paper(_Part):
    kind: str
    to: str | None = Field(default=None, description="The case it is put on; without one it waits for a case.")


class Upload(_Part):
    """A paper; it is remembered as its kind, unless `remember` names it."""

    says: Words
    upload: Paper
    who: Who = Field(default="partner", alias="as")
    remember: Names | None = None


class CarrierScript(_Part):
    number: str
    steps: list[dict[str, JsonValue]]


class Script(_Part):
    says: Words
    script: CarrierScript


class Moment(_Part):
    """A local hour of a day, at the place of the story's number."""

    to: str
    at: str = Field(default="12:00", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")


Span = Annotated[str, Field(pattern=r"^\+?[0-9]{1,3}(m|h|d|bd)$")]
Until = Annotated[
    Annotated[Span, Tag("span")] | Annotated[Moment, Tag("moment")],
    Discriminator(lambda value: "moment" if isinstance(value, dict | Moment) else "span"),
]


class Advance(_Part):
    """Time passes: a length of it, or until a moment."""

    says: Words | None = None
    advance: Until


class Checked(_Part):
    """How a case must stand; only what is named is looked at, but of mails the whole list."""

    case: dict[str, JsonValue] = {}
    lines: Mapping[str, dict[str, JsonValue]] = {}
    temporary: Mapping[str, str | None] = {}
    mails: list[str] | None = None
    charges: list[str] | None = None
    orders_at_carrier: Mapping[str, list[str]] = {}


class Check(_Part):
    says: Words
    of: str = "${case}"
    check: Checked


def _deed(step: Any) -> str | None:
    """Which kind of step it is: by the one deed that it names."""
    named = [deed for deed in DEEDS if isinstance(step, dict) and deed in step]
    return named[0] if len(named) == 1 else None


Step = Annotated[
    Annotated[Post, Tag("post")]
    | Annotated[Get, Tag("get")]
    | Annotated[Upload, Tag("upload")]
    | Annotated[Script, Tag("script")]
    | Annotated[Advance, Tag("advance")]
    | Annotated[Check, Tag("check")],
    Discriminator(
        _deed, custom_error_type="deed", custom_error_message=f"A step names one of {', '.join(DEEDS)}, and only one"
    ),
]


class Story(_Part):
    """`number` is the line whose calendar counts the story's days, and `${number}` in its steps."""

    title: Annotated[str, Field(min_length=3, max_length=70)]
    tells: Words
    number: str
    steps: Annotated[list[Step], Field(min_length=1)]

    @property
    def place(self) -> str:
        """The key of the place where the story's days are counted."""
        return place_of(NumberRange.parse(self.number)).key


def read_story(text: str, name: str = "story") -> Story:
    """Raises BadStory."""
    try:
        story = Story.model_validate(json.loads(text))
        _ = story.place
    except ValidationError as bad:
        raise BadStory("\n".join(f"{name}, {_fault(error)}" for error in bad.errors())) from None
    except json.JSONDecodeError as bad:
        raise BadStory(f"{name}, line {bad.lineno}: no JSON ({bad.msg})") from None
    except PortingError as bad:
        raise BadStory(f"{name}, number: {bad.detail}") from None
    _check_scripts(story, name)
    return story


def read_stories(paths: Iterable[Path]) -> dict[str, Story]:
    """The stories by their files' names without ending, in the order of the names. Raises BadStory."""
    return {path.stem: read_story(path.read_text(encoding="utf-8"), path.name) for path in sorted(paths)}


def _check_scripts(story: Story, name: str) -> None:
    """Scripts are the carrier's own language: its reader is asked, with a date where something is remembered."""
    for number, step in enumerate(story.steps, 1):
        if isinstance(step, Script):
            try:
                _read(step.script, story)
            except BadScript as bad:
                raise BadStory(f"{name}, step {number}, script: {bad}") from None


def _read(script: CarrierScript, story: Story) -> None:
    """Each carrier has a script language of its own, and only the sandbox knows which of them has the number."""
    steps = [{key: _guess(value) for key, value in one.items()} for one in script.steps]
    first, *others = script_readers(story.place[:2])
    try:
        first(steps)
    except BadScript:
        if not others:
            raise
        others[0](steps)


def _guess(value: JsonValue) -> JsonValue:
    return "2027-01-04" if isinstance(value, str) and "${" in value else value


def _fault(error: Any) -> str:
    """`step 4, expect.status: Input should be a valid integer`."""
    place = [str(part) for part in error["loc"]]
    if place[:1] == ["steps"] and len(place) > 1:
        # After the step's number stands which kind it was read as, and then the place in it.
        inside = f", {'.'.join(place[3:])}" if place[3:] else ""
        return f"step {int(place[1]) + 1}{inside}: {error['msg']}"
    return f"{'.'.join(place) or 'the whole'}: {error['msg']}"

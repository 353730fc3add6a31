"""From an event and its template to a subject and the blocks of a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications import words
from notifications.blocks import Block, Heading, Kept, Members, Token, read
from notifications.envelope import Line
from notifications.letter import Letter
from notifications.scope import scope


@dataclass(frozen=True)
class Draft:
    """What a template says."""

    subject: str
    blocks: tuple[Block, ...]


def compose(letter: Letter) -> Draft:
    """Render the letter's template. Raises jinja2.UndefinedError for a word that it does not know."""
    kept = Kept()
    known = scope(letter, kept)
    body = _ENVIRONMENT.get_template(f"{letter.template}.txt").render(known)
    foot = _ENVIRONMENT.get_template(f"_foot.{letter.audience}.txt").render(known)
    subject, _, rest = body.lstrip().partition("\n")
    if letter.corrects:
        subject, rest = _corrected(subject, rest)
    blocks = read(rest, kept) + read(foot, kept) + _annex(letter.lines, kept)
    return Draft(words.one_line(subject.removeprefix("Subject:")), tuple(blocks))


def _corrected(subject: str, rest: str) -> tuple[str, str]:
    """A mail about what was told wrongly before says so, wherever its reader begins (R43)."""
    head, bracket, said = subject.partition("] ")
    note = "This corrects what we told you before: what had been entered was wrong. What stands here holds.\n\n"
    return f"{head}{bracket}Corrected: {said}", note + rest


def _annex(lines: Sequence[Line], kept: Kept) -> list[Block]:
    """What would bury the message and is needed all the same, so that a search for any number finds the mail (R39)."""
    annex: list[Block] = [Heading("All number lines"), *kept.long] if kept.long else []
    members = tuple(words.members(lines))
    return annex + ([Heading("Every number of the ranges, one by one"), Members(members)] if members else [])


def _finished(value: object) -> str:
    """What every value of a template becomes on its way in; only a block's token passes as it is."""
    return value if isinstance(value, Token) else words.one_line(value)


# No escaping here: this is the text. The page escapes every block; see page.py.
_ENVIRONMENT = Environment(
    loader=PackageLoader("notifications"), autoescape=False, undefined=StrictUndefined, finalize=_finished,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip

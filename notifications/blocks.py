"""The pieces that a mail's body consists of, and how they are read out of a rendered template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

MOST_IN_BODY = 20


@dataclass(frozen=True)
class Heading:
    """A line that starts a section: `# What to do`."""

    text: str
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Lines up to the next empty one."""

    text: str
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Items:
    """A list: `- thing`, or `1. step` when it is numbered."""

    items: tuple[str, ...]
    numbered: bool = False
    kind: ClassVar[str] = "items"


@dataclass(frozen=True)
class Facts:
    """Names and values: `| Cut-over | Thu 7 Jan 2027 |`."""

    rows: tuple[tuple[str, str], ...]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Numbers:
    """Number lines, each on a line of its own, with what there is to say of it; `more` stand at the end of the mail."""

    rows: tuple[tuple[str, str], ...]
    more: int = 0
    kind: ClassVar[str] = "numbers"


@dataclass(frozen=True)
class Members:
    """The single numbers of ranges, close together: for searches, not for reading."""

    numbers: tuple[str, ...]
    kind: ClassVar[str] = "members"


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, word for word, by paragraph."""

    paragraphs: tuple[str, ...]
    kind: ClassVar[str] = "quote"


@dataclass(frozen=True)
class Link:
    """An address to open; a button where there are buttons, and always in plain sight."""

    label: str
    url: str
    button: bool = True
    kind: ClassVar[str] = "link"


Block = Heading | Paragraph | Items | Facts | Numbers | Members | Quote | Link


class Token(str):
    """Stands in a rendered template for a block; control signs cannot come from a value, which is cleaned before."""

    __slots__ = ()


class Kept:
    """The blocks that a template asked for by call, each behind its token. `long` are lists that belong to the end."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self.long: list[Numbers] = []

    def token(self, block: Block) -> Token:
        self._blocks.append(block)
        return Token(f"\n\x02{len(self._blocks) - 1}\x03\n")

    def numbers(self, rows: tuple[tuple[str, str], ...]) -> Token:
        """A list of number lines; of a long one only its beginning."""
        if len(rows) > MOST_IN_BODY:
            self.long.append(Numbers(rows))
        return self.token(Numbers(rows[:MOST_IN_BODY], more=len(rows[MOST_IN_BODY:])))

    def block(self, line: str) -> Block:
        return self._blocks[int(line.strip("\x02\x03"))]


_SHAPES = (
    ("kept", re.compile("\x02\\d+\x03$")),
    ("heading", re.compile(r"# ")),
    ("items", re.compile(r"- ")),
    ("steps", re.compile(r"\d+\. ")),
    ("facts", re.compile(r"\| ")),
)


def read(text: str, kept: Kept) -> list[Block]:
    """The blocks of a rendered template, in order."""
    return [block for shape, lines in _runs(text) for block in _blocks(shape, lines, kept)]


def _runs(text: str) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring lines of one shape; an empty line ends a paragraph and nothing else does."""
    shaped = [(_shape(line), line.strip()) for line in text.splitlines()]
    for shape, run in groupby(shaped, key=lambda pair: pair[0]):
        if shape != "empty":
            yield shape, [line for _, line in run]


def _shape(line: str) -> str:
    bare = line.strip()
    return next((name for name, pattern in _SHAPES if pattern.match(bare)), "paragraph" if bare else "empty")


def _blocks(shape: str, lines: Sequence[str], kept: Kept) -> Iterator[Block]:
    match shape:
        case "kept":
            yield from (kept.block(line) for line in lines)
        case "heading":
            yield from (Heading(line.removeprefix("# ")) for line in lines)
        case "items" | "steps":
            yield Items(tuple(line.split(" ", 1)[1] for line in lines), numbered=shape == "steps")
        case "facts":
            yield Facts(tuple(_row(line) for line in lines))
        case _:
            yield Paragraph(" ".join(lines))


def _row(line: str) -> tuple[str, str]:
    name, _, value = line.strip("| ").partition(" | ")
    return name.strip(), value.strip()

"""A mail's body as text: 72 columns, and everything that the HTML says."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from notifications.blocks import Block, Facts, Heading, Items, Link, Members, Numbers, Paragraph, Quote

COLUMNS = 72


def as_text(blocks: Iterable[Block]) -> str:
    """The blocks one below the other; a heading stands close to what it heads and apart from what was before."""
    return "".join(map(_spaced, blocks)).strip("\n") + "\n"


def _spaced(block: Block) -> str:
    body = "\n".join(_lines(block))
    return f"\n{body}\n" if isinstance(block, Heading) else f"{body}\n\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield from (text, "-" * min(len(text), COLUMNS))
        case Paragraph(text):
            yield from _wrapped(text)
        case Items():
            yield from _items(block)
        case Facts(rows):
            yield from _facts(rows)
        case Numbers(rows, more):
            yield from _numbers(rows)
            yield from [f"  … and {more:,} more: the list at the end of this mail has them all."] if more else ()
        case Members(numbers):
            yield from _wrapped("  ".join(numbers))
        case Quote(paragraphs):
            yield from _quote(paragraphs)
        case Link(label, url):
            yield from (f"{label}:", url)


def _wrapped(text: str, first: str = "", others: str = "") -> list[str]:
    return textwrap.wrap(text, COLUMNS, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)


def _items(block: Items) -> Iterator[str]:
    for position, item in enumerate(block.items, 1):
        mark = f"{position}. " if block.numbered else "- "
        yield from _wrapped(item, mark, " " * len(mark))


def _facts(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    rows = list(rows)
    width = max(len(name) for name, _ in rows) + 2
    for name, value in rows:
        yield from _wrapped(value, f"{name}:".ljust(width), " " * width)


def _numbers(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for number, note in rows:
        yield f"  {number}"
        if note:
            yield from _wrapped(note, "    ", "    ")


def _quote(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from _wrapped(paragraph, "> ", "> ") or (">",)

"""Which page of how many, and the links between them: every view of the desk lies in its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Paging:
    """Page `number` (from 1) of `last`; `link` makes the address of another."""

    number: int
    last: int
    link: Callable[[int], str]


def paging(total: int, size: int, wanted: int, link: Callable[[int], str]) -> Paging:
    """The page that was asked for, kept inside what there is."""
    last = max(1, -(-total // size))
    return Paging(min(max(wanted, 1), last), last, link)


def page_number(text: str) -> int:
    """A page as an address names it; anything that is none is the first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def address(path: str, **given: str | int | None) -> str:
    """A path with its query; what is empty is left out."""
    query = urlencode({name: value for name, value in given.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path

"""A mail's body as HTML: the same blocks in one narrow column, styles inlined, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications.blocks import Block, Members, Numbers

# Gmail cuts a mail off at about 100 kB; the text part always has them all.
MOST_NUMBERS = 300

_ENVIRONMENT = Environment(
    loader=PackageLoader("notifications"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def as_html(blocks: Iterable[Block], title: str) -> str:
    """The page; numbers beyond the first 300 are left to the text part, and the page says so."""
    page = _ENVIRONMENT.get_template("layout.html").render(blocks=list(_capped(blocks)), title=title)
    return _INLINER.inline(page)


def _capped(blocks: Iterable[Block]) -> Iterator[tuple[Block, int]]:
    """Each block with how many of its numbers were left out."""
    left = MOST_NUMBERS
    for block in blocks:
        if isinstance(block, Numbers):
            shown, hidden = block.rows[:left], len(block.rows[left:])
            left -= len(shown)
            yield Numbers(shown, block.more), hidden
        elif isinstance(block, Members):
            numbers, hidden = block.numbers[:left], len(block.numbers[left:])
            left -= len(numbers)
            yield Members(numbers), hidden
        else:
            yield block, 0

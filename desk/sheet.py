"""The queue as CSV: no cell can become a formula in a spreadsheet, and no number loses its plus."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

NUMBER = re.compile(r"\+[0-9]{6,15}X{0,3}")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """The text of a cell; what a spreadsheet would run is quoted with an apostrophe, a telephone number is not."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV with a head, lines ended as RFC 4180 wants them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()

"""Trouble on its way to Temporal: what kind it is, whether to try again, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from carriers.contract import Trouble


@contextmanager
def told_as_trouble() -> Iterator[None]:
    """Carrier trouble is always tried again: a permanent one, too, is over once a person has mended its cause."""
    try:
        yield
    except Trouble as trouble:
        raise ApplicationError(trouble.text, type=trouble.kind, next_retry_delay=trouble.retry_after) from None

"""A rule's refusal on its way through Temporal: its code as the error's type, its facts as details, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from porting import errors


@contextmanager
def told_as_refusal() -> Iterator[None]:
    """Turn a PortingError into one that Temporal hands to the caller as it is; the case goes on."""
    try:
        yield
    except errors.PortingError as refusal:
        raise ApplicationError(refusal.detail, refusal.facts, type=type(refusal).__name__, non_retryable=True) from None


def read_refusal(error: ApplicationError) -> errors.PortingError:
    """The refusal that `told_as_refusal` sent. Raises the error itself when it is none of ours."""
    kind = getattr(errors, error.type or "", None)
    if not (isinstance(kind, type) and issubclass(kind, errors.PortingError)):
        raise error
    facts = error.details[0] if error.details else {}
    refusal: errors.PortingError = kind(error.message, **facts)
    return refusal

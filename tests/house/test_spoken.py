"""What crosses between cases and activities: each type has its adapter built once, ahead of any workflow."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest
from temporalio import activity

from tests.house.sources import of
from workflows.codec import _spoken

# Temporal's own converter reads these, and no adapter of ours does it sooner.
PLAIN = (str, int, float, bool, type(None))


def activities() -> Iterator[Callable[..., Any]]:
    for source in of("activities"):
        module = importlib.import_module(source.name.removesuffix(".py").replace("/", "."))
        for _, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ == module.__name__:
                own = inspect.getmembers(found, inspect.isfunction)
                yield from (method for _, method in own if activity._Definition.from_callable(method))


ACTIVITIES = list(activities())


@pytest.mark.parametrize("carried_out", ACTIVITIES, ids=lambda one: one.__qualname__)
def test_every_value_of_an_activity_is_spoken(carried_out: Callable[..., Any]) -> None:
    """Inside Temporal's sandbox an adapter that is missing would be built anew for each value."""
    spoken = _spoken()
    assert [kind for kind in get_type_hints(carried_out).values() if kind not in (*spoken, *PLAIN)] == []


def test_all_activities_were_found() -> None:
    written = sum(source.text.count("@activity.defn") for source in of("activities"))
    assert len(ACTIVITIES) == written > 10

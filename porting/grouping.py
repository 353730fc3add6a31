"""Grouping by what is shared, so that one event or one instruction serves many lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")


def by(things: Iterable[T], key: Callable[[T], K]) -> list[tuple[K, list[T]]]:
    """The things grouped by their keys, both in the order in which they come."""
    groups: dict[K, list[T]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return list(groups.items())

"""What a benchmark answers: one row a name, with its goal; and how a ratio is measured, in pairs with its baseline."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

PAIRS = 5


@dataclass(frozen=True)
class Goal:
    """What the row must reach. `at_least` for rates, else the value may be no more than `figure`."""

    figure: float
    at_least: bool = False

    def is_met(self, measured: float) -> bool:
        return measured >= self.figure if self.at_least else measured <= self.figure

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.figure:g}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the output. `judged` is what must meet the goal.

    `ratio` and `baseline` are None where nothing is compared. `low` and `high` are the least and the greatest of
    the `runs` values from which it was taken.
    """

    name: str
    value: float
    unit: str
    goal: Goal
    judged: float
    runs: int
    low: float
    high: float
    baseline: float | None = None
    ratio: float | None = None

    def as_json(self) -> str:
        shown = {
            "name": self.name, "value": _rounded(self.value), "unit": self.unit, "baseline": _rounded(self.baseline),
            "ratio": _rounded(self.ratio), "goal": str(self.goal), "met": self.goal.is_met(self.judged),
            "runs": self.runs, "min": _rounded(self.low), "max": _rounded(self.high),
        }  # fmt: skip
        return json.dumps(shown)


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else float(f"{figure:.4g}")


Measure = Callable[[], Awaitable[float]]


async def compared(name: str, unit: str, goal: Goal, ours: Measure, bare: Measure, pairs: int = PAIRS) -> Row:
    """Ours and the bare baseline in turns, so that a slow minute of the machine strikes both; the median of ratios."""
    values, baselines = [], []
    for turn in range(pairs):
        first, second = (ours, bare) if turn % 2 == 0 else (bare, ours)
        one, other = await first(), await second()
        values.append(one if first is ours else other)
        baselines.append(other if first is ours else one)
    ratios = [value / baseline for value, baseline in zip(values, baselines, strict=True)]
    return Row(
        name=name, value=median(values), unit=unit, goal=goal, judged=median(ratios), runs=pairs,
        low=min(ratios), high=max(ratios), baseline=median(baselines), ratio=median(ratios),
    )  # fmt: skip


def measured(name: str, unit: str, goal: Goal, values: Sequence[float], value: float | None = None) -> Row:
    """Without a baseline: the median of the values, or `value` where another figure of them counts."""
    judged = median(values) if value is None else value
    return Row(
        name=name, value=judged, unit=unit, goal=goal, judged=judged, runs=len(values), low=min(values),
        high=max(values),
    )  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, ceil(len(ranked) * share) - 1)]

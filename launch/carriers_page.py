"""Writes docs/carriers.md: what each carrier can do, read off the very values that the process reads."""

from collections.abc import Callable

from carriers.directory import CARRIERS
from carriers.letters import PreparesLetters
from carriers.listing import ListsOrders
from porting.capabilities import Capabilities

_INTRO = """# Carriers

What each carrier can do. The process reads these values and never a carrier's name; each carrier order keeps the
values that it began with. Written by `make docs` from `carriers/directory.py`.
[new-carrier.md](new-carrier.md) says how to add one.
"""


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _limit(value: int, unit: str) -> str:
    return f"{value} {unit}" if value else "no limit"


def _decides(able: Capabilities) -> str:
    if able.date_is_fixed:
        return "nobody: it stays"
    return "we, within its approval" if able.date_is_ours else "the carrier"


_ROWS: tuple[tuple[str, Callable[[Capabilities], str]], ...] = (
    ("its word comes in by", lambda c: ", ".join(inlet.lower().replace("_", " ") for inlet in c.inlets)),
    ("the date", lambda c: {"REQUESTED": "wished by us, confirmed there"}.get(c.date_model, "first possible one")),
    ("who decides on a date change", _decides),
    ("our own word carries the port out", lambda c: _yes(c.can_activate)),
    ("can check before the order", lambda c: _yes(c.can_validate)),
    ("may make several orders of one", lambda c: _yes(c.may_split)),
    ("what it refused goes out again as", lambda c: "a new order" if c.new_order_after_refusal else "the same order"),
    ("no cancellation later than", lambda c: f"{_limit(c.cancel_cutoff_hours, 'hours before')}"),
    ("an approval is good for", lambda c: _limit(c.validity_days, "days")),
    ("most numbers in an order", lambda c: _limit(c.max_numbers, "numbers")),
)

# What some have a method for beside the contract.
_MORE: tuple[tuple[str, type], ...] = (
    ("prepares the letter of authorisation", PreparesLetters),
    ("lists the orders of our account", ListsOrders),
)


def render() -> str:
    """The page, a column a carrier."""
    names = sorted(CARRIERS)
    head = ["| | " + " | ".join(f"`{name}`" for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    rows = [
        f"| {what} | " + " | ".join(told(CARRIERS[name].capabilities) for name in names) + " |"
        for what, told in _ROWS
    ]
    rows += [
        f"| {what} | " + " | ".join(_yes(issubclass(CARRIERS[name].adapter, method)) for name in names) + " |"
        for what, method in _MORE
    ]
    return "\n".join([_INTRO, *head, *rows]) + "\n"

"""Carriers: none is named above carriers/, none is without its page and its stand-in (R07)."""

import re

import pytest

from carriers.directory import CARRIERS
from launch.carriers_page import render
from tests.carriers.conftest import COUNTERPARTS
from tests.house.sources import Source, of, product

# The by-hand way is no company: what is done by hand is a word of the trade (R43).
NAMES = sorted(name for name in CARRIERS if name != "by-hand")
NAMED = re.compile(rf"(?i)(?<![a-z])({'|'.join(NAMES)})(?![a-z])")
# Where a name may stand, and why.
ALLOWED = {
    "launch/settings": "settings are named after their carriers",
    "launch/sandbox_json.py": "fields whose names are promised",
    "sandbox/simulated.py": "the table of those that have a stand-in",
    **dict.fromkeys(("sandbox/carrier/", "sandbox/coin/"), "a stand-in"),
}


def named(source: Source) -> list[str]:
    return [
        f"{source.name}:{number}: {found.group()}"
        for number, line in enumerate(source.text.splitlines(), 1)
        if (found := NAMED.search(line))
    ]


def test_no_carrier_is_named_above_its_floor() -> None:
    above = [s for s in product() if s.package != "carriers" and not s.name.startswith(tuple(ALLOWED))]
    assert [place for source in above for place in named(source)] == []


@pytest.mark.parametrize("package", ["porting", "storage", "activities", "workflows", "service", "desk"])
def test_the_process_and_its_doors_have_no_exception(package: str) -> None:
    assert not [name for name in ALLOWED if name.startswith(package)]
    assert [place for source in of(package) for place in named(source)] == []


def test_every_carrier_is_on_the_page_and_in_the_suite() -> None:
    assert all(f"`{name}`" in render() for name in CARRIERS)
    assert set(COUNTERPARTS) == set(CARRIERS)

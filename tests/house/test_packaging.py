"""Packaging: what is installed is what stands here, and what is locked is what is asked for."""

import re
import tomllib
from importlib.metadata import packages_distributions

from tests.house.sources import FLOOR_OF, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKED = {
    match.group(1)
    for line in (ROOT / "requirements.lock").read_text().splitlines()
    if (match := re.match(r"([a-z0-9._-]+)(?:\[.*\])?==", line))
}


def normal(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def test_every_package_on_a_floor_is_packed_and_typed() -> None:
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(FLOOR_OF)
    assert set(PROJECT["tool"]["mypy"]["files"]) == {*FLOOR_OF, "bench"}


def test_every_requirement_is_locked() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    assert {normal(requirement) for requirement in wanted} - LOCKED == set()


def test_no_other_distribution_owns_one_of_our_package_names() -> None:
    """A wheel with a top-level `workflows` would win over ours in the console script."""
    owners = packages_distributions()
    others = {package: owners[package] for package in FLOOR_OF if set(owners.get(package, ["portdesk"])) - {"portdesk"}}
    assert others == {}

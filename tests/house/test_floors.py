"""Floors: an import may only go down, and packages on one floor never import each other."""

import ast
from pathlib import Path

import pytest

from tests.house.sources import FLOOR_OF, ROOT, Source, product


def upward(source: Source) -> list[str]:
    """Each import of this file that does not go down, as `file:line: package`."""
    here = FLOOR_OF[source.package]
    return [
        f"{source.name}:{line}: {module}"
        for line, module in source.imports()
        if (target := module.split(".")[0]) in FLOOR_OF and target != source.package and FLOOR_OF[target] >= here
    ]


def test_every_import_goes_down_the_floors() -> None:
    assert [trespass for source in product() for trespass in upward(source)] == []


def test_nothing_in_the_product_imports_the_tests() -> None:
    assert [s.name for s in product() for _, module in s.imports() if module.split(".")[0] == "tests"] == []


@pytest.mark.parametrize(("package", "line"), [("porting", "import storage"), ("api", "from desk import views")])
def test_an_upward_or_sideward_import_is_found(package: str, line: str) -> None:
    source = Source(ROOT / package / "guest.py", line, ast.parse(line))
    assert len(upward(source)) == 1


def test_relative_imports_are_not_used() -> None:
    relative = [
        f"{source.name}:{node.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_every_folder_with_python_stands_on_a_floor() -> None:
    elsewhere = {"tests", "scripts", "bench"}
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - elsewhere
    assert folders == set(FLOOR_OF), Path.cwd()

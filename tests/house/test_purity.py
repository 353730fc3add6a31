"""Purity: the rules ask nothing of the world, and workflow code takes in nothing that replay could not repeat."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, Source, of, product

# What a rule could use to ask the world: a clock, chance, the machine, the network, a file.
WORLDLY = {
    "asyncio", "ctypes", "getpass", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib",
    "platform", "random", "secrets", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile",
    "threading", "time", "urllib", "uuid",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "localtime", "gmtime"}
DOORS = {"open", "input", "print", "exec", "eval", "__import__"}
# The one file that reads the country files that lie beside it.
COUNTRY_READER = "porting/country.py"
# Temporal runs these, and what they import of their folder, inside its sandbox and anew at each replay.
WORKFLOWS = (
    "workflows/porting_case.py", "workflows/carrier_feed.py", "workflows/reconciliation.py", "workflows/archiving.py",
)  # fmt: skip


def replayed() -> list[Source]:
    """The files of workflows/ that run inside a workflow; the others speak to Temporal from outside."""
    by_name = {source.name: source for source in of("workflows")}
    found: dict[str, Source] = {}
    ahead = [name for name in WORKFLOWS if name in by_name]
    while ahead:
        name = ahead.pop()
        found[name] = by_name[name]
        ahead += [near for near in by_name[name].could_import() & by_name.keys() if near not in found]
    return list(found.values())


def worldly_imports(source: Source, allowed: set[str]) -> Iterator[str]:
    for line, module in source.imports():
        top = module.split(".")[0]
        stdlib = top in sys.stdlib_module_names and top not in WORLDLY
        if not (stdlib or top in allowed):
            yield f"{source.name}:{line}: imports {module}"


def worldly_calls(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DOORS:
            yield f"{source.name}:{node.lineno}: calls {node.func.id}()"
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and not _is_workflow_now(node):
            yield f"{source.name}:{node.lineno}: asks {ast.unparse(node)}"


def _is_workflow_now(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"workflow", "self"}


def test_the_rules_import_the_standard_library_only() -> None:
    assert [line for source in of("porting") for line in worldly_imports(source, {"porting"})] == []


def test_the_rules_ask_no_clock_and_open_nothing() -> None:
    assert [line for source in of("porting") for line in worldly_calls(source)] == []


def test_only_the_country_reader_opens_packaged_files() -> None:
    readers = [
        source.name
        for source in of("porting")
        for _, module in source.imports()
        if module in {"tomllib", "importlib.resources", "importlib", "json"} and source.name != COUNTRY_READER
    ]
    assert readers == []


def test_workflow_code_imports_temporal_the_rules_and_activities_only() -> None:
    allowed = {"temporalio", "porting", "activities", "workflows", "asyncio"}
    assert [line for source in replayed() for line in worldly_imports(source, allowed)] == []


def test_workflow_code_knows_no_clock_but_the_workflows() -> None:
    assert [line for source in replayed() for line in worldly_calls(source)] == []


def test_the_lanes_and_steps_are_among_what_is_replayed() -> None:
    assert {"workflows/porting_case.py", "workflows/lanes.py", "workflows/steps.py"} <= {s.name for s in replayed()}


@pytest.mark.parametrize(
    "line", ["import os", "import phonenumbers", "x = date.today()", "x = datetime.now(UTC)", "open('x')"]
)
def test_a_worldly_line_is_found(line: str) -> None:
    source = Source(ROOT / "porting" / "guest.py", line, ast.parse(line))
    assert [*worldly_imports(source, {"porting"}), *worldly_calls(source)]


def test_no_module_of_the_product_asks_the_naive_clock() -> None:
    naive = ("utcnow(", "datetime.now()", "date.today()")
    assert [f"{s.name}: {word}" for s in product() for word in naive if word in s.text] == []

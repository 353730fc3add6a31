"""What the house tests read: every Python file of the tree, parsed once."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The floors, top last. An import may only go down, and packages on one floor are strangers.
FLOORS = (
    ("porting",),
    ("geography", "carriers", "inventory", "switch", "notifications", "storage"),
    ("activities",),
    ("workflows",),
    ("service",),
    ("api", "desk", "sandbox"),
    ("launch",),
)
FLOOR_OF = {package: number for number, packages in enumerate(FLOORS, 1) for package in packages}


@dataclass(frozen=True)
class Source:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def package(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every module that this file names in an import, wherever the import stands, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module

    def could_import(self) -> set[str]:
        """Names of files that its imports may mean: `from a import b` is a/b.py as well as a.py."""
        froms = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module)
        inner = {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
        return {f"{module.replace('.', '/')}.py" for module in inner | {module for _, module in self.imports()}}


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text, filename=str(path)))


@functools.cache
def product() -> tuple[Source, ...]:
    """The files of all packages on the floors."""
    return tuple(_read(path) for package in sorted(FLOOR_OF) for path in sorted((ROOT / package).rglob("*.py")))


@functools.cache
def written_tests() -> tuple[Source, ...]:
    return tuple(_read(path) for path in sorted((ROOT / "tests").rglob("*.py")))


def of(*packages: str) -> Iterator[Source]:
    return (source for source in product() if source.package in packages)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end; the docstring, which explains and does not do, counts for nothing."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total

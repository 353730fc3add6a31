"""The tests are tested too: each one claims something and holds it."""

import ast

from tests.house.sources import written_tests

HOLDS = ("assert", "raises", "check", "expect", "verify", "warns")


def holds_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call) and any(word in ast.unparse(node.func).lower() for word in HOLDS):
            return True
    return False


def test_every_test_holds_what_its_name_claims() -> None:
    hollow = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in written_tests()
        for function in source.functions()
        if function.name.startswith("test_") and not holds_something(function)
    ]
    assert hollow == []


def test_a_test_folder_with_the_name_of_a_package_of_ours_is_never_taken_for_it() -> None:
    """tests/carriers would be imported in place of carriers, were tests itself no package."""
    from tests.house.sources import ROOT

    folders = [path for path in (ROOT / "tests").iterdir() if any(path.glob("*.py"))]
    assert all((folder / "__init__.py").exists() for folder in (ROOT / "tests", *folders))

"""The order in which files are tested: those that start whole stacks first, so that no long one is left over alone."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one file keep their order."""
    items.sort(key=lambda item: ("test_faults.py" not in item.nodeid, "/journeys/" not in item.nodeid))

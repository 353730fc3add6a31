"""Rules: every rule that the product keeps is cited by a test that holds it."""

import re

import pytest

from tests.house.sources import written_tests

RULES = [f"R{number:02}" for number in (*range(1, 10), 11, 12, 14, *range(16, 35), 38, 39, 41, 42, 44)]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_cited_by_a_test(rule: str) -> None:
    cited = {source.name for source in written_tests() if re.search(rf"\b{rule}\b", source.text)}
    assert cited - {"tests/house/test_rules_cited.py"}

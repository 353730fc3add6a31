"""The directory: the most exact row decides which carrier ports a number; an empty one: none does (R05, R07)."""

import pytest

from carriers.directory import carrier_for

TABLE = {"*": "telnyx", "DE": "telnyx", "DE:MOBILE": "", "NL": "coin", "*:TOLL_FREE": "tollfree", "CH": ""}


@pytest.mark.parametrize(
    ("country", "number_type", "carrier"),
    [
        ("DE", "GEOGRAPHIC", "telnyx"), ("DE", "MOBILE", None), ("NL", "MOBILE", "coin"),
        ("FR", "TOLL_FREE", "tollfree"),
        ("FR", "GEOGRAPHIC", "telnyx"), ("CH", "GEOGRAPHIC", None), ("NL", "TOLL_FREE", "coin"),
    ],
)  # fmt: skip
def test_the_most_exact_row_decides(country: str, number_type: str, carrier: str | None) -> None:
    assert carrier_for(TABLE, country, number_type) == carrier


def test_without_a_row_there_is_no_carrier() -> None:
    assert carrier_for({"DE": "telnyx"}, "FR", "GEOGRAPHIC") is None

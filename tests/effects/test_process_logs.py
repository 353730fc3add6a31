"""Logs: what a line may hold."""

import pytest

from launch.process import without_secrets


def logged(**event: object) -> dict[str, object]:
    return dict(without_secrets(None, "info", dict(event)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ported +498912345678 today", "ported +...5678 today"),
        ("ported +4989123456XX", "ported +...56XX"),
        ("case PC-01HZX at 2026-11-23T10:00:00+01:00", "case PC-01HZX at 2026-11-23T10:00:00+01:00"),
    ],
)
def test_a_number_is_told_by_its_last_four_signs(text: str, shown: str) -> None:
    assert logged(event=text)["event"] == shown


@pytest.mark.parametrize("name", ["pin", "PIN", "password", "authorization", "account_number"])
def test_a_secret_is_not_told_at_all(name: str) -> None:
    assert logged(**{name: "4711"})[name] == "..."

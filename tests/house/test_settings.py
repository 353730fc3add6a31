"""Settings: everything can be set, and a wrong value stops the start with one line that names it."""

import dataclasses
from datetime import time
from pathlib import Path

import pytest

from launch.settings import SettingsError, load, unknown
from launch.settings_policy import SAYS, PolicySettings
from porting.policy import Policy


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("PORTDESK_")]:
        monkeypatch.delenv(name)


def test_without_any_variable_all_parts_are_embedded() -> None:
    settings = load()
    assert settings.embedded_temporal and settings.embedded_mailbox and settings.simulated_carrier
    assert settings.database.startswith("sqlite+aiosqlite:////") and settings.database.endswith("/var/portdesk.db")
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8000)


def test_every_figure_of_the_policy_is_a_setting_with_words_of_its_own() -> None:
    figures = {field.name for field in dataclasses.fields(Policy)}
    assert set(PolicySettings.model_fields) == figures == set(SAYS)


def test_the_default_policy_is_the_rulebooks() -> None:
    assert load().policy == Policy()


def test_a_figure_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_SILENCE_DAYS", "45")
    monkeypatch.setenv("PORTDESK_REMINDER_DAYS", "10, 20")
    monkeypatch.setenv("PORTDESK_CUTOVER_HOUR", "09:30")
    monkeypatch.setenv("PORTDESK_CHANGE_FEE", "75")
    policy = load().policy
    assert (policy.silence_days, policy.reminder_days) == (45, (10, 20))
    assert (policy.cutover_hour, policy.change_fee) == (time(9, 30), "75.00")


def test_reminders_that_the_silence_would_end_before_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_SILENCE_DAYS", "14")
    assert load().policy.reminder_days == (7,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_PORT", "99999"),
        ("API_PORT", "http"),
        ("API_HOST", "a b"),
        ("SANDBOX", "maybe"),
        ("LOG_LEVEL", "loud"),
        ("PUBLIC_URL", "desk.example"),
        ("TEMPORAL_ADDRESS", "cluster"),
        ("TEMPORAL_ADDRESS", "cluster:0"),
        ("TEMPORAL_NAMESPACE", "a b"),
        ("TEMPORAL_TLS_CERT", "/no/such/file"),
        ("MAIL_FROM", "desk"),
        ("MAIL_FROM", "a@b.example, c@d.example"),
        ("CARRIERS", "{"),
        ("CARRIERS", "[]"),
        ("CARRIERS", '{"DE": "nobody"}'),
        ("CARRIERS", '{"Germany": "telnyx"}'),
        ("TELNYX_PUBLIC_KEY", "short"),
        ("TELNYX_BASE_URL", "ftp://carrier.example"),
        ("TELNYX_LOA_CONFIGURATION", "our letterhead"),
        ("TELNYX_REQUIREMENT_GROUPS", "{"),
        ("TELNYX_REQUIREMENT_GROUPS", '["DE"]'),
        ("TELNYX_REQUIREMENT_GROUPS", '{"DE": "the group"}'),
        ("TELNYX_REQUIREMENT_GROUPS", '{"DE:LOCAL": "de748d99-06fa-4d90-9f9a-f4b62696bada"}'),
        ("TELNYX_REQUIREMENT_GROUPS", '{"Germany": "de748d99-06fa-4d90-9f9a-f4b62696bada"}'),
        ("TELNYX_REQUIREMENT_GROUPS", '{"DE": null}'),
        ("WORKER_ROLES", "letters"),
        ("WORKER_PROCESSES", "0"),
        ("CASES_AT_ONCE", "1"),
        ("STOP_SECONDS", "soon"),
        ("WORKER_METRICS_PORT", "0"),
        ("SILENCE_DAYS", "0"),
        ("SILENCE_DAYS", "thirty"),
        ("SILENCE_DAYS", "1e9"),
        ("REMINDER_DAYS", "14,7"),
        ("REMINDER_DAYS", "7,x"),
        ("CHANGE_FEE", "-1"),
        ("CHANGE_FEE", "NaN"),
        ("CHANGE_FEE", "1.005"),
        ("CUTOVER_HOUR", "25:00"),
        ("CUTOVER_HOUR", "2 pm"),
    ],
)
def test_a_wrong_value_is_told_in_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PORTDESK_{name}", value)
    with pytest.raises(SettingsError) as told:
        load()
    line = str(told.value)
    assert line.startswith(f"PORTDESK_{name}={value} is wrong; allowed: ")
    assert "\n" not in line


@pytest.mark.parametrize("name", ["DATABASE_URL", "SMTP_URL", "CARRIER_SIGNING_KEY"])
def test_a_wrong_secret_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"PORTDESK_{name}", "oracle://hunter2")
    with pytest.raises(SettingsError) as told:
        load()
    assert f"PORTDESK_{name}=..." in str(told.value)
    assert "hunter2" not in str(told.value)


def test_two_wrong_values_are_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_API_PORT", "x")
    monkeypatch.setenv("PORTDESK_MAIL_FROM", "x")
    with pytest.raises(SettingsError) as told:
        load()
    assert len(str(told.value).splitlines()) == 2


def test_a_value_with_line_breaks_is_still_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_MAIL_FROM", "a@b.example\r\nBcc: c@d.example")
    with pytest.raises(SettingsError) as told:
        load()
    assert len(str(told.value).splitlines()) == 1


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://desk:hunter2@db.example/portdesk\n")
    monkeypatch.setenv("PORTDESK_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert load().database == "postgresql+asyncpg://desk:hunter2@db.example/portdesk"


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_SMTP_URL_FILE", "/no/such/file")
    with pytest.raises(SettingsError, match=r"^PORTDESK_SMTP_URL_FILE=/no/such/file cannot be read: No such file"):
        load()


def test_a_secret_that_is_said_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k")
    monkeypatch.setenv("PORTDESK_TELNYX_API_KEY", "k")
    monkeypatch.setenv("PORTDESK_TELNYX_API_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SettingsError, match="both set"):
        load()


def test_no_secret_is_shown_by_the_settings_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_SMTP_URL", "smtp://desk:hunter2@relay.example")
    assert "hunter2" not in repr(load())


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_SILENCE_DAY", "5")
    monkeypatch.setenv("PORTDESK_SMTP_URL_FILE", "x")
    assert unknown() == ["PORTDESK_SILENCE_DAY"]


def test_australia_is_run_by_hand_by_default() -> None:
    """R43: where no carrier has an interface care passes orders on; the table alone says so (R05)."""
    assert load().carriers["AU"] == "by-hand" and load().carriers["DE"] == "telnyx"

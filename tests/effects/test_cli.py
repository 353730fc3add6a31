"""The operator's commands, run as one would: on a database of their own."""

import asyncio
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from launch.cli import app
from launch.cli_cases import case
from launch.doctor import carriers_answer
from launch.seed import BLOCKS, stock
from launch.settings import Settings, load
from porting.case import Case
from storage import carrier_troubles, migrate
from storage.database import Database
from tests.effects.stored_cases import store_case
from tests.examples import MONDAY

Run = Callable[..., Result]
COMMANDS = (
    "run", "demo", "sandbox", "api", "worker", "migrate", "doctor", "config",
    "partner add", "partner list", "partner set-status", "key add", "key revoke", "key list", "staff add",
    "case list", "case show", "case export", "case archive", "stock import", "stock list", "mail preview",
)  # fmt: skip
ACME = ("partner", "add", "acme", "--name", "Acme Telecom", "--email", "ops@acme.example")


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command line on a migrated database."""
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    shutil.copy(sqlite_template, tmp_path / "portdesk.db")

    def runner(*words: str, status: int = 0, typed: str | None = None) -> Result:
        result = CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False)
        assert result.exit_code == status, result.output
        return result

    return runner


def rows(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    said = " ".join(result.stdout.split("╭")[0].split("Usage:")[1].split())
    assert re.search(r"\] (\{\w+\} )*[A-Z][^.]+[.:]", said), said


def test_a_partner_is_added_and_listed(run: Run) -> None:
    run(*ACME, "--currency", "USD", "--time-zone", "Europe/Rome")
    (found,) = rows(run("partner", "list", "--json"))
    assert (found["id"], found["status"], found["currency"], found["time_zone"]) == (
        "acme",
        "ACTIVE",
        "USD",
        "Europe/Rome",
    )
    assert found["emails"] == ["ops@acme.example"]


def test_a_partners_status_can_be_set(run: Run) -> None:
    run(*ACME)
    run("partner", "set-status", "acme", "SUSPENDED")
    assert rows(run("partner", "list", "--json"))[0]["status"] == "SUSPENDED"
    assert "no partner globex" in run("partner", "set-status", "globex", "ACTIVE", status=1).stderr


def test_a_partner_is_added_once(run: Run) -> None:
    run(*ACME)
    assert run(*ACME, status=1).stderr == "portdesk: A partner acme is there already.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("partner", "add", "Acme!", "--name", "A", "--email", "a@b.example"), "An id has 2 to 40"),
        (("partner", "add", "acme", "--name", "A\nB", "--email", "a@b.example"), "one line of text"),
        (("partner", "add", "acme", "--name", "A", "--email", "a@b, c@d"), "is no mail address"),
        ((*ACME, "--time-zone", "../../etc/passwd"), "is no time zone"),
        ((*ACME, "--price", "free"), "is no price"),
        (("key", "add"), "either --partner ID or --care"),
        (("case", "list", "--number", "x"), "is no number"),
        (("mail", "preview", "no.such"), "There is no template"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(run: Run, words: tuple[str, ...], told: str) -> None:
    said = run(*words, status=2).stderr
    assert told in said and said.count("\n") <= 2


def test_a_key_is_shown_once_and_kept_as_a_digest(run: Run, tmp_path: Path) -> None:
    run(*ACME)
    (made,) = rows(run("key", "add", "--partner", "acme", "--days", "30", "--json"))
    assert str(made["key"]).startswith("pk_live_")
    assert str(made["key"]) not in run("key", "list", "--json").stdout
    assert not any(str(made["key"]).encode() in path.read_bytes() for path in tmp_path.glob("portdesk.db*"))


def test_a_key_is_revoked_once(run: Run) -> None:
    (made,) = rows(run("key", "add", "--care", "--json"))
    assert "is revoked" in run("key", "revoke", str(made["id"])).stdout
    assert "no key" in run("key", "revoke", str(made["id"]), status=1).stderr


def test_a_key_for_nobody_is_refused(run: Run) -> None:
    assert "There is no partner nobody" in run("key", "add", "--partner", "nobody", status=1).stderr


def test_somebody_of_care_is_added_with_a_password_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    result = run("staff", "add", "jo", "--name", "Jo", typed="a long password\na long password\n")
    assert "jo can log in" in result.stdout and "a long password" not in result.stdout
    (kept,) = sqlite3.connect(tmp_path / "portdesk.db").execute("SELECT password_hash FROM staff").fetchone()
    assert kept.startswith("$argon2")


def test_a_short_password_is_refused(run: Run) -> None:
    assert "at least 10 characters" in run("staff", "add", "jo", status=1, typed="short\nshort\n").stderr


def test_stock_is_imported_as_often_as_one_likes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("number\n+49 30 555020-00\n+4930555021X\n\n")
    assert run("stock", "import", str(file)).stdout == "2 of 2 are new.\n"
    assert run("stock", "import", str(file)).stdout == "0 of 2 are new.\n"
    listed = rows(run("stock", "list", "--state", "free", "--json"))
    assert [(row["number"], row["count"], row["country"]) for row in listed] == [
        ("+4930555021X", 10, "DE"),
        ("+493055502000", 1, "DE"),
    ]


def test_a_wrong_line_of_stock_is_named_and_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("+493055502000\n112\n")
    assert f"{file}, line 2: " in run("stock", "import", str(file), status=1).stderr
    assert rows(run("stock", "list", "--json")) == []


def test_the_sandboxs_stock_has_numbers_of_every_country_with_a_carrier() -> None:
    assert {entry.country for entry in stock()} == set(BLOCKS) == set(Settings().carriers)


def test_an_unknown_case_is_told_so(run: Run) -> None:
    assert run("case", "show", "PC-1", status=1).stderr == "portdesk: There is no case PC-1.\n"
    assert run("case", "export", "PC-1", status=1).stderr == "portdesk: There is no case PC-1.\n"
    assert rows(run("case", "list", "--json")) == []


@pytest.fixture
def stored(run: Run, tmp_path: Path) -> str:
    """A case in the database that `run` works on."""
    database = Database(f"sqlite:///{tmp_path / 'portdesk.db'}")
    return asyncio.run(_closing(database)).id


async def _closing(database: Database) -> Case:
    try:
        return await store_case(database)
    finally:
        await database.close()


def test_a_case_is_found_by_its_number_however_it_is_written(run: Run, stored: str) -> None:
    (found,) = rows(run("case", "list", "--json"))
    number = found["lines"][0]["first"]  # type: ignore[index]
    spelt = f"00{number[1:3]} {number[3:5]}/{number[5:]}"
    assert [case["id"] for case in rows(run("case", "list", "--number", spelt, "--json"))] == [stored]
    assert rows(run("case", "list", "--number", "+442079460000", "--json")) == []
    assert stored in run("case", "list", "--status", "submitted").stdout


def test_a_case_is_shown_with_whom_it_waits_for_and_its_timeline(run: Run, stored: str) -> None:
    shown = run("case", "show", stored).stdout
    assert shown.startswith(f"{stored}  ") and "\nWaits for " in shown and "\nTimeline:\n  2" in shown
    assert json.loads(run("case", "show", stored, "--json").stdout)["timeline"]


def test_a_case_is_exported_whole_without_its_pin(run: Run, stored: str, tmp_path: Path) -> None:
    run("case", "export", stored, "--to", str(tmp_path / "case.json"))
    whole = json.loads((tmp_path / "case.json").read_text())
    assert whole["case"]["id"] == stored and whole["lines"] and whole["events"]
    assert "4711" not in (tmp_path / "case.json").read_text()


def test_a_mail_is_shown_before_anybody_gets_it(run: Run, tmp_path: Path) -> None:
    assert "Subject: [PC-" in run("mail", "preview", "date_confirmed.partner").stdout
    run("mail", "preview", "--all", "--to", str(tmp_path / "mails"))
    written = {path.suffix for path in (tmp_path / "mails").iterdir()}
    assert written == {".txt", ".html", ".eml"}


def test_a_database_without_tables_is_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    sqlite3.connect(tmp_path / "portdesk.db").close()
    result = CliRunner().invoke(app, ["partner", "list"])
    assert (result.exit_code, result.stderr) == (
        1,
        "portdesk: The database is not up to date: run `portdesk migrate`.\n",
    )


def test_migrate_check_says_whether_there_is_something_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    assert CliRunner().invoke(app, ["migrate", "--check"]).exit_code == 1
    assert CliRunner().invoke(app, ["migrate"]).exit_code == 0
    assert CliRunner().invoke(app, ["migrate", "--check"]).exit_code == 0


def test_the_doctor_finds_a_fresh_installation_in_order(run: Run) -> None:
    findings = rows(run("doctor", "--json"))
    assert {finding["state"] for finding in findings} <= {"ok", "note"}
    assert {"database", "temporal", "mail", "carrier"} <= {finding["check"] for finding in findings}


def test_the_doctor_names_a_relay_that_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_SMTP_URL", "smtp://127.0.0.1:1")
    (mail,) = [finding for finding in rows(run("doctor", "--json", status=1)) if finding["check"] == "mail"]
    assert mail["state"] == "BAD" and "PORTDESK_SMTP_URL" in str(mail["says"])


async def test_the_doctor_says_which_carrier_is_down_since_when_and_whom_it_holds_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R20: what lasts is told, with the carrier's words and what becomes of the cases."""
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    assert (await carriers_answer(load())).says == "none yet"
    await migrate.upgrade(f"sqlite:///{tmp_path / 'portdesk.db'}")
    assert (await carriers_answer(load())).state == "ok"
    database = Database(f"sqlite:///{tmp_path / 'portdesk.db'}")
    await store_case(database)
    why = "the carrier failed (503)"
    for at in (MONDAY, MONDAY + timedelta(hours=1)):
        await database.write(lambda c, at=at: carrier_troubles.note(c, "telnyx", "PC-1", why, at))
    await database.close()
    found = await carriers_answer(load())
    assert (found.state, found.says) == (
        "BAD",
        "telnyx is down since 2026-11-30 08:00 UTC: the carrier failed (503); 1 open case cannot get through to "
        "telnyx; nothing is lost, each is tried again until it goes through",
    )


def test_config_shows_what_is_in_force_and_masks_secrets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_TELNYX_API_KEY", "hunter2")
    monkeypatch.setenv("PORTDESK_SILENCE_DAYS", "20")
    shown = run("config").stdout
    assert "PORTDESK_SILENCE_DAYS=20\n" in shown and "hunter2" not in shown
    assert json.loads(run("config", "--json").stdout)["PORTDESK_REMINDER_DAYS"] == "7,14,21,27"


def test_the_commands_need_no_database_to_tell_of_themselves() -> None:
    assert {command.name for command in case.registered_commands} == {"list", "show", "export", "archive"}

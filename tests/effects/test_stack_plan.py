"""What a stack is made of: embedded parts for what is not set, and a rehearsal that reaches nothing real."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nacl.signing import SigningKey, VerifyKey

from carriers.directory import CARRIERS
from launch import plan as planning
from launch.parts import parts
from launch.plan import REHEARSED, Plan
from launch.sandbox_json import write_sandbox_json
from launch.settings import Settings, load
from sandbox.simulated import FIRST, SIMULATED, rehearsed
from tests.effects.stack_process import ANY_PORTS

REAL = {
    "DATABASE_URL": "postgresql://desk:hunter2@db.example/portdesk",
    "SMTP_URL": "smtp://desk:hunter2@relay.example",
    "TEMPORAL_ADDRESS": "temporal.example:7233",
    "TEMPORAL_API_KEY": "hunter2",
    "TELNYX_API_KEY": "hunter2",
    "SWITCH_URL": "https://switch.example",
    "SWITCH_TOKEN": "hunter2",
}
CREDENTIALS = dict.fromkeys(("partner_key", "other_partner_key", "care_key", "desk_login", "desk_password"), "x")
Planned = Callable[..., Plan]


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planned:
    """The plan that follows from the settings."""

    def plan(**variables: str) -> Plan:
        for name, value in (ANY_PORTS | {f"PORTDESK_{name}": value for name, value in variables.items()}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
        settings = load()
        effective = planning.rehearsed(settings) if settings.sandbox else settings
        effective.var.mkdir(exist_ok=True)
        return planning.make(effective, effective.var)

    return plan


def names(plan: Plan) -> set[str]:
    return {part.name for part in parts(plan)}


def test_everything_that_is_not_set_is_embedded(planned: Planned) -> None:
    assert names(planned()) == {"temporal", "migrate", "mailbox", "carrier", "api", "worker"}


def test_what_is_set_is_not_embedded(planned: Planned) -> None:
    plan = planned(**REAL)
    assert names(plan) == {"migrate", "api", "worker"}
    told = plan.environment()
    assert told["PORTDESK_SMTP_URL"] == REAL["SMTP_URL"]
    assert told["PORTDESK_TEMPORAL_ADDRESS"] == REAL["TEMPORAL_ADDRESS"]


def test_a_stack_has_as_many_processes_as_are_wished(planned: Planned) -> None:
    plan = planned(API_PROCESSES="2", WORKER_PROCESSES="3", WORKER_METRICS_PORT="9464", STOP_SECONDS="30")
    made = {part.name: part for part in parts(plan)}
    assert set(made) >= {"api", "api-2", "worker", "worker-2", "worker-3"}
    shown = [made[name].environment["PORTDESK_WORKER_METRICS_PORT"] for name in ("worker", "worker-2", "worker-3")]
    assert shown == ["9464", "9465", "9466"]
    assert made["worker-3"].grace > 30 > made["api-2"].grace
    counted_in = {made[name].environment["PROMETHEUS_MULTIPROC_DIR"] for name in ("api", "api-2")}
    assert counted_in == {str(plan.folder / "figures")}


def test_a_single_api_process_counts_in_its_own_memory(planned: Planned) -> None:
    made = {part.name: part for part in parts(planned())}
    assert not made["api"].environment and not made["worker"].environment


def test_a_rehearsal_reaches_nothing_real(planned: Planned) -> None:
    plan = planned(SANDBOX="1", **REAL)
    at_coin = {"clearing-house", "stream-coin"}
    assert names(plan) == {"temporal", "migrate", "mailbox", "carrier", "api", "worker", *at_coin}
    told = json.dumps(plan.environment())
    assert "hunter2" not in told and not any(
        f"{name}.example" in told for name in ("db", "relay", "temporal", "switch")
    )


def test_no_setting_of_any_carrier_reaches_a_rehearsal() -> None:
    """A new carrier's are among them without being named anywhere."""
    fields = {field for name in CARRIERS for field in Settings.fields_of_carrier(name)}
    assert {"telnyx_api_key", "coin_private_key_path"} <= fields <= set(REHEARSED)


def test_a_carrier_without_a_stand_in_is_rehearsed_by_hand() -> None:
    """R43: whatever the operator's table says, nothing may reach the real one (R05)."""
    table = {"DE": FIRST, "XX": "no-stand-in", "XX:MOBILE": "", "AU": "by-hand"}
    assert rehearsed(table, said=True) == table | {"XX": "by-hand"}
    assert rehearsed(table, said=False) == table | {"XX": "by-hand"} | SIMULATED["coin"].ports


def test_every_stand_in_is_of_a_carrier_and_has_a_port_of_its_own() -> None:
    assert set(SIMULATED) <= set(CARRIERS)
    ports = [one.port for one in SIMULATED.values()]
    assert len(set(ports)) == len(ports) and set(ports) <= set(Settings.model_fields)


def test_a_secret_in_a_file_does_not_reach_a_rehearsal_either(planned: Planned, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(REAL["DATABASE_URL"])
    told = planned(SANDBOX="1", DATABASE_URL_FILE=str(tmp_path / "url")).environment()
    assert "PORTDESK_DATABASE_URL_FILE" not in told


def test_the_simulated_carriers_key_fits_what_the_api_verifies_with(planned: Planned) -> None:
    told = planned().environment()
    signed = SigningKey(base64.b64decode(told["PORTDESK_CARRIER_SIGNING_KEY"])).sign(b"news")
    assert VerifyKey(base64.b64decode(told["PORTDESK_TELNYX_PUBLIC_KEY"])).verify(signed) == b"news"


def test_the_simulated_carriers_key_stays_over_a_restart(planned: Planned) -> None:
    assert (
        planned().environment()["PORTDESK_TELNYX_PUBLIC_KEY"] == planned().environment()["PORTDESK_TELNYX_PUBLIC_KEY"]
    )


def test_api_and_worker_wait_for_all_others(planned: Planned) -> None:
    by_name = {part.name: part for part in parts(planned())}
    assert by_name["api"].needs == by_name["worker"].needs == {"temporal", "migrate", "mailbox", "carrier"}


def test_sandbox_json_has_the_contracts_fields_and_ports_that_were_chosen(planned: Planned, tmp_path: Path) -> None:
    plan = planned(SANDBOX="1")
    write_sandbox_json(plan, CREDENTIALS)
    written = json.loads((tmp_path / "sandbox.json").read_text())
    assert set(written) == {
        "base_url", "partner_key", "other_partner_key", "care_key", "smtp_port", "mailbox_url", "temporal_address",
        "temporal_ui", "telnyx_base_url", "telnyx_public_key", "desk_url", "desk_login", "desk_password",
    }  # fmt: skip
    assert written["base_url"] == f"http://127.0.0.1:{plan.ports.api}" and written["smtp_port"] == plan.ports.smtp
    assert 0 not in vars(plan.ports).values()


def test_the_settings_namespace_wins_over_the_files(planned: Planned) -> None:
    assert planned().namespace == "default"
    assert planned(TEMPORAL_NAMESPACE="ports").environment()["PORTDESK_TEMPORAL_NAMESPACE"] == "ports"

"""The embedded Temporal server as temporal-dev.yaml describes it: the real program, started and asked."""

import asyncio
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from launch import temporal_server
from launch.child import Child
from launch.ports import any_free
from launch.temporal_server import BadDescription, TemporalDev, binary, read, serves


@pytest.fixture
def described(tmp_path: Path):
    def write(text: str) -> TemporalDev:
        (tmp_path / "temporal-dev.yaml").write_text(text)
        return read(tmp_path / "temporal-dev.yaml")

    return write


MINIMAL = "address: 127.0.0.1:7233\nui_port: 8233\nnamespace: default\ndatabase_file: temporal.db\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MINIMAL + "colour: red\n", r"^temporal-dev.yaml: colour: "),
        (MINIMAL.replace("8233", "many"), r"^temporal-dev.yaml: ui_port: "),
        (MINIMAL.replace("temporal.db", "../temporal.db"), r"^temporal-dev.yaml: database_file: "),
        ("address: [", r"^temporal-dev.yaml is no YAML"),
        ("", r"^temporal-dev.yaml: "),
    ],
)
def test_a_wrong_description_is_told_in_one_line_with_its_place(described, text: str, told: str) -> None:
    with pytest.raises(BadDescription, match=told) as complaint:
        described(text)
    assert "\n" not in str(complaint.value)


def test_a_missing_description_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDescription, match=r"temporal-dev.yaml cannot be read"):
        read(tmp_path / "temporal-dev.yaml")


def test_time_is_skipped_in_the_sandbox_only() -> None:
    def arguments(steered: bool) -> str:
        return " ".join(read().arguments(port=1, ui_port=2, namespace="n", folder=Path("/f"), steered=steered))

    skipping = "frontend.WorkflowTimeSkippingEnabled=true"
    assert skipping in arguments(True) and 'history.timerProcessorMaxTimeShift="10ms"' in arguments(True)
    assert skipping not in arguments(False)
    assert "--sqlite-pragma journal_mode=WAL" in arguments(False)


def test_the_program_comes_with_the_package() -> None:
    assert binary().name == "temporal" and binary().is_file()


async def test_the_described_server_runs_and_keeps_its_cases_over_a_kill(tmp_path: Path) -> None:
    """All search attributes are there after the second start too, on the same database."""
    dev, port = temporal_server.read(), any_free("127.0.0.1")
    arguments = dev.arguments(
        port=port, ui_port=any_free("127.0.0.1"), namespace="default", folder=tmp_path, steered=True
    )
    for _ in range(2):
        server = await Child.start([str(binary()), *arguments], {}, tmp_path / "temporal.log")
        try:
            async with asyncio.timeout(20):
                while not await serves(binary(), f"127.0.0.1:{port}", "default"):
                    assert server.process.returncode is None, (tmp_path / "temporal.log").read_text()
            client = await Client.connect(f"127.0.0.1:{port}")
            found = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace="default")
            )
            assert set(found.custom_attributes) >= set(dev.search_attributes)
        finally:
            await server.stop(0.0)
    assert (tmp_path / "temporal.db").exists()

"""The parts of the stack, each with what it needs before it begins its work."""

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

from carriers.directory import CARRIERS
from launch.plan import Plan
from launch.settings import Settings
from launch.settings_sources import variable
from launch.state import FIGURES
from launch.supervisor import Part
from launch.temporal_server import serves
from sandbox.simulated import SIMULATED


def own(*words: str) -> tuple[str, ...]:
    """A command of ours in a process of its own. -P keeps a folder named like a package of ours from being imported."""
    return (sys.executable, "-P", "-m", "launch.cli", *words)


def parts(plan: Plan) -> list[Part]:
    return list(_parts(plan))


def _parts(plan: Plan) -> Iterator[Part]:
    before = {"migrate"}
    if plan.program:
        yield _temporal(plan, plan.program)
        before.add("temporal")
    yield Part("migrate", own("migrate", *(["--seed-sandbox"] if plan.settings.sandbox else [])), once=True)
    if plan.settings.embedded_mailbox:
        yield Part("mailbox", own("mailbox"), shows=plan.mailbox_url)
        before.add("mailbox")
    for name in plan.settings.simulated:
        part = SIMULATED[name].part
        yield Part(part, own(part), shows=plan.base_url_of(name))
        before.add(part)
    yield from _our_processes(plan, frozenset(before))
    for name in sorted(set(plan.settings.carriers.values())):
        if name and CARRIERS[name].stream:
            yield Part(f"stream-{name}", own("carrier-stream", name), frozenset(before - {"temporal", "mailbox"}))


def _our_processes(plan: Plan, before: frozenset[str]) -> Iterator[Part]:
    """The first of a kind has the kind's name, the others a number after it."""
    settings = plan.settings
    # Whichever of them answers on their one port tells the figures of all.
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(plan.folder / FIGURES)} if settings.api_processes > 1 else {}
    shown = plan.base_url
    for number in range(1, settings.api_processes + 1):
        yield Part(_named("api", number), own("api"), before, shows=shown if number == 1 else "", environment=shared)
    for number in range(1, settings.worker_processes + 1):
        yield Part(
            _named("worker", number), own("worker"), before,
            # After its own limit it cancels what is left; killed it is only when that does not help.
            grace=settings.stop_seconds + 4.0,
            environment=_figures(settings, number),
        )  # fmt: skip


def _named(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}-{number}"


def _figures(settings: Settings, number: int) -> dict[str, str]:
    """Each worker process shows its figures on a port of its own."""
    first = settings.worker_metrics_port
    return {variable("worker_metrics_port"): str(first + number - 1)} if first else {}


def _temporal(plan: Plan, program: Path) -> Part:
    arguments = plan.dev.arguments(
        port=plan.ports.temporal,
        ui_port=plan.ports.temporal_ui,
        namespace=plan.namespace,
        folder=plan.folder,
        steered=plan.settings.sandbox,
    )
    probe = functools.partial(serves, program, plan.temporal_address, plan.namespace)
    return Part("temporal", (str(program), *arguments), last=True, probe=probe, shows=plan.temporal_address)

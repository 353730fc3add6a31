"""The parts of the stack, each with what it needs before it can start."""

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

from carriers.directory import CARRIERS
from launch.plan import Plan
from launch.supervisor import Part
from launch.temporal_server import serves


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
    if plan.settings.simulated_carrier:
        yield Part("carrier", own("carrier"), shows=plan.telnyx_base_url)
        before.add("carrier")
    if plan.settings.simulated_clearing_house:
        yield Part("clearing-house", own("clearing-house"), shows=plan.coin_base_url)
        before.add("clearing-house")
    yield Part("api", own("api"), frozenset(before), shows=plan.base_url)
    yield Part("worker", own("worker"), frozenset(before))
    for name in sorted(set(plan.settings.carriers.values())):
        if name and CARRIERS[name].stream:
            yield Part(f"stream-{name}", own("carrier-stream", name), frozenset(before - {"temporal", "mailbox"}))


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

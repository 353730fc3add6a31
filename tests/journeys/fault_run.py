"""`portdesk run`, made to be hurt: its pauses are short, so that a test of many deaths ends.

However often a part dies it comes back after half a second; Temporal waits with its start while the file HOLD exists;
and the carrier is asked for lost webhooks every ten seconds.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace

from launch import assembly_worker, cli, stack, supervisor
from launch.parts import parts
from launch.plan import Plan
from launch.settings import load
from launch.supervisor import Part

HOLD = "PORTDESK_TEST_HOLD"
HELD = 'while [ -e "$0" ]; do sleep 0.05; done; exec "$@"'


def parts_that_come_back(plan: Plan) -> list[Part]:
    return list(_held(parts(plan)))


def _held(all_parts: list[Part]) -> Iterator[Part]:
    instead = {"worker": (sys.executable, "-m", "tests.journeys.fault_run", "worker")}
    for part in all_parts:
        if part.name == "temporal":
            instead["temporal"] = ("/bin/sh", "-c", HELD, os.environ[HOLD], *part.command)
        yield replace(part, command=instead.get(part.name, part.command))


if __name__ == "__main__":
    if sys.argv[1:]:
        assembly_worker.FEED_SECONDS = 10.0
        cli.main()
    supervisor.LONGEST_PAUSE = 0.5
    stack.parts = parts_that_come_back
    sys.exit(stack.start(load()))

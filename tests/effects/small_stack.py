"""A stack of small parts on the real supervisor, run as a process of its own: what test_stack.py watches and kills.

The parts obey the environment: SMALL_STACK_PARTS is JSON, name -> {"needs", "code", "once"}.
"""

import json
import os
import sys

from launch import stack
from launch.settings import load
from launch.supervisor import Part
from launch.trouble import CannotStart

SERVE = """
import os, signal, socket
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
if "PORTDESK_GO_FD" in os.environ and not os.read(int(os.environ["PORTDESK_GO_FD"]), 1):
    os._exit(1)
os.write(int(os.environ["PORTDESK_READY_FD"]), b"ready")
signal.pause()
"""
STUBBORN = SERVE.replace("lambda *_: os._exit(0)", "signal.SIG_IGN").replace(
    "signal.pause()", "while True: signal.pause()"
)
PROGRAMS = {"serve": SERVE, "stubborn": STUBBORN}


def small_parts(_: object) -> list[Part]:
    wished = json.loads(os.environ["SMALL_STACK_PARTS"])
    return [
        Part(
            name,
            (sys.executable, "-c", PROGRAMS.get(part["code"], part["code"])),
            frozenset(part.get("needs", ())),
            once=part.get("once", False),
        )
        for name, part in wished.items()
    ]


if __name__ == "__main__":
    stack.parts = small_parts
    try:
        sys.exit(stack.start(load()))
    except CannotStart as trouble:
        sys.exit(f"portdesk: {trouble}")

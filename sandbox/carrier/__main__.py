"""Runs the simulated carrier by itself: `python -m sandbox.carrier --database FILE --port N --key KEY`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from sandbox.carrier.app import CarrierSettings, build
from sandbox.clock import SandboxClock


def wall_clock() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox.carrier")
    parser.add_argument("--database", type=Path, required=True, help="its own SQLite file; made when not there")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True, help="the API key that customers must send")
    parser.add_argument("--clock", type=Path, help="the sandbox's clock file; without it the wall clock counts")
    given = parser.parse_args()
    now = SandboxClock(given.clock).now if given.clock else wall_clock
    app = build(CarrierSettings(database=given.database, api_key=given.key, now=now))
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()

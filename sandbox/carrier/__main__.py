"""Runs the simulated carrier by itself: `python -m sandbox.carrier --database FILE --port N --key KEY`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from sandbox.carrier.app import CarrierSettings, build


def clock(offset_file: Path | None) -> Callable[[], datetime]:
    """The wall clock, moved by as many seconds as the file says whenever it is asked."""

    def now() -> datetime:
        moved = timedelta(seconds=float(offset_file.read_text())) if offset_file else timedelta(0)
        return datetime.now(UTC) + moved

    return now


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox.carrier")
    parser.add_argument("--database", type=Path, required=True, help="its own SQLite file; made when not there")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True, help="the API key that customers must send")
    parser.add_argument("--clock", type=Path, help="a file with the seconds by which its clock is ahead")
    given = parser.parse_args()
    app = build(CarrierSettings(database=given.database, api_key=given.key, now=clock(given.clock)))
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()

"""Commands that run one process of Portdesk: api, worker, and a carrier's stream."""

from typing import TYPE_CHECKING, Annotated

import typer

from launch.cli_common import settings

if TYPE_CHECKING:
    from launch.settings import Settings


def add_to(app: typer.Typer) -> None:
    for command in (api, worker, carrier_stream):
        app.command()(command)


def begin() -> "Settings":
    """The settings of this process, and its logs turned on."""
    from launch.process import configure_logs

    chosen = settings()
    configure_logs(chosen.log_level, chosen.log_format)
    return chosen


def api() -> None:
    """Serve API and desk on API_HOST:API_PORT; needs a migrated database."""
    chosen = begin()
    from launch.assembly_api import assemble_api
    from launch.process import wait_for_go
    from launch.server import serve

    wait_for_go()
    serve(assemble_api(chosen), chosen.api_host, chosen.api_port, shared=chosen.api_processes > 1)


def worker() -> None:
    """Carry the cases on: what WORKER_ROLES says of workflows, activities, carriers' news and mail."""
    chosen = begin()
    from launch.assembly_worker import assemble_worker
    from launch.worker import work

    work(assemble_worker(chosen), grace=chosen.stop_seconds + 2.0)


def carrier_stream(carrier: Annotated[str, typer.Argument(help="A carrier that streams its messages.")]) -> None:
    """Take in what a carrier streams, message by message, from where it was read up to."""
    chosen = begin()
    from launch.assembly_stream import assemble_stream
    from launch.process import wait_for_go
    from launch.worker import work

    wait_for_go()
    work(assemble_stream(chosen, carrier))

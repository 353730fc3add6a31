"""Commands that tell how Portdesk is set up: config, doctor."""

import json
from typing import TYPE_CHECKING

import typer

from launch.cli_common import AsJson, settings, show

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

    from launch.settings import Settings


def add_to(app: typer.Typer) -> None:
    for command in (config, doctor):
        app.command()(command)


def _rows(chosen: "Settings") -> "list[tuple[str, str, str]]":
    """Each setting's variable, its value in force (secrets masked) and what it says."""
    from launch.settings_policy import PolicySettings
    from launch.settings_sources import as_written, variable

    models: tuple[BaseSettings, ...] = (chosen, PolicySettings())
    return [
        (variable(name), as_written(getattr(model, name)), field.description or "")
        for model in models
        for name, field in type(model).model_fields.items()
    ]


def config(as_json: AsJson = False) -> None:
    """Print every setting with the value in force; secrets are masked."""
    rows = _rows(settings())
    from launch.settings import unknown

    if as_json:
        typer.echo(json.dumps({name: value for name, value, _ in rows}, indent=2))
        return
    for name, value, says in rows:
        typer.echo(f"# {says}\n{name}={value}")
    for name in unknown():
        typer.echo(f"{name} is set, and no setting of Portdesk", err=True)


def doctor(as_json: AsJson = False) -> None:
    """Look at everything that Portdesk needs; status 1 when something is wrong, with the remedy."""
    import asyncio

    chosen = settings()
    from launch.doctor import State, examine

    findings = asyncio.run(examine(chosen))
    show([vars(finding) for finding in findings], as_json=as_json)
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(1)

"""Commands about mails: mail preview."""

from pathlib import Path
from typing import Annotated

import typer

from launch.cli_common import refuse, show

mail = typer.Typer(help="Mails: see them before anybody gets one.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(mail, name="mail")


@mail.callback()
def root() -> None:
    """Mails: see them before anybody gets one."""


@mail.command("preview")
def preview(
    template: Annotated[
        str, typer.Argument(help="A template, like date_confirmed.partner; leave it out for a list.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Write them all.")] = False,
    to: Annotated[Path | None, typer.Option(help="Folder for .txt, .html and .eml files.", file_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """Show a mail as its sample event renders it; with a folder, write text, HTML and the whole message there."""
    from notifications.catalogue import templates

    names = templates()
    if template and template not in names:
        refuse(f"There is no template {template}; `portdesk mail preview` lists them.", 2)
    if not template and not every:
        show([{"template": name} for name in names], as_json=as_json)
        return
    if to is None and every:
        refuse("Name a folder with --to.", 2)
    for name in names if every else [template]:
        _show_or_write(name, to)


def _show_or_write(template: str, folder: Path | None) -> None:
    from notifications.samples import EVENTS, sample
    from notifications.writer import write

    messages = [m for kind in EVENTS for m in write(sample(kind)) if m.template == template]
    for message in messages:
        if folder is None:
            typer.echo(f"Subject: {message.subject}\nTo: {message.recipient}\n\n{message.text}")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{template}.txt").write_text(message.text, encoding="utf-8")
        (folder / f"{template}.html").write_text(message.html, encoding="utf-8")
        (folder / f"{template}.eml").write_bytes(message.mime)
        typer.echo(folder / f"{template}.eml")

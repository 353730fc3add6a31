"""docs/settings.md, written from the settings themselves."""

from collections.abc import Iterator

from pydantic_settings import BaseSettings

from launch.settings import Settings
from launch.settings_policy import PolicySettings
from launch.settings_processes import ProcessSettings
from launch.settings_sources import allowed, as_written, is_secret, variable

HEAD = """# Settings

Portdesk is set by environment variables. A wrong value stops the start with one line that names it.
A secret can also stand in a file: set the variable's name with `_FILE` at the end to the file's path.
`portdesk config` prints what is in force.

This page is generated from the code by `make docs`.
"""


def render() -> str:
    machine = _table(Settings, without=ProcessSettings)
    return "\n".join([HEAD, "## The machine", "", *machine, "", *_processes(), "", *_rules(), ""])


def _processes() -> Iterator[str]:
    yield from ("## Processes and limits", "", "docs/operations.md says how to scale, stop and watch with them.", "")
    yield from _table(ProcessSettings)


def _rules() -> Iterator[str]:
    yield from (
        "## The rules",
        "",
        "A case keeps the figures that it was opened under; a change here is for new cases.",
        "",
    )
    yield from _table(PolicySettings)


def _table(model: type[BaseSettings], without: type[BaseSettings] = BaseSettings) -> Iterator[str]:
    yield "| variable | default | says | allowed |"
    yield "|---|---|---|---|"
    for name, field in model.model_fields.items():
        if name in without.model_fields:
            continue
        secret = " (secret)" if is_secret(field) else ""
        default = f"`{written}`" if (written := as_written(field.default)) else ""
        cells = (f"`{variable(name)}`{secret}", default, field.description or "", allowed(field))
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"

"""Where everything is and how to log in: told on the console, and in the sandbox written to var/sandbox.json."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from launch.plan import Plan

CREDENTIALS = "credentials.json"


def sandbox_json(plan: Plan) -> Path:
    """Beside the state folder, not in it: that one is wiped at each start."""
    return plan.folder.parent / "sandbox.json"


def read_credentials(folder: Path) -> dict[str, str]:
    """What the seeding of the sandbox wrote: partner_key, other_partner_key, care_key, desk_login, desk_password."""
    path = folder / CREDENTIALS
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return found


def write_credentials(folder: Path, credentials: Mapping[str, str]) -> None:
    _write(folder / CREDENTIALS, credentials)


def write_sandbox_json(plan: Plan, credentials: Mapping[str, str]) -> None:
    content: dict[str, str | int] = {
        "base_url": plan.base_url,
        **credentials,
        "smtp_port": plan.ports.smtp,
        "mailbox_url": plan.mailbox_url,
        "temporal_address": plan.temporal_address,
        "temporal_ui": plan.temporal_ui,
        # These two bear a carrier's name because clients read them by it.
        "telnyx_base_url": plan.base_url_of("telnyx"),
        "telnyx_public_key": plan.told_of("telnyx")["telnyx_public_key"],
        "desk_url": plan.desk_url,
    }
    _write(sandbox_json(plan), content)


def _write(path: Path, content: Mapping[str, str | int]) -> None:
    """At once or not at all, and for the owner's eyes only: these are keys."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    fresh.replace(path)


def addresses(plan: Plan, credentials: Mapping[str, str]) -> dict[str, str]:
    login = f"   {credentials['desk_login']} / {credentials['desk_password']}" if "desk_login" in credentials else ""
    rows = {"Desk": f"{plan.desk_url}{login}", "API docs": f"{plan.base_url}/docs", "Temporal": plan.temporal_ui}
    if plan.settings.embedded_mailbox:
        rows["Mailbox"] = plan.mailbox_url
    if plan.settings.sandbox:
        rows["Keys"] = str(sandbox_json(plan))
    return {name: value for name, value in rows.items() if value}

"""What `portdesk doctor` looks at: each check finds one thing in order or says what is wrong and what to do."""

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psutil

from carriers.contract import PortCarrier, Trouble
from carriers.directory import CARRIERS
from carriers.own_settings import ChecksItsSettings
from launch import temporal_server
from launch.clock import clock
from launch.settings import Settings, unknown
from launch.state import LEAST_FREE
from launch.trouble import BadDescription
from porting.capabilities import Inlet
from storage import carrier_troubles
from storage.database import Database, Unavailable
from storage.doctor import Backlog, backlog

PATIENCE = 5.0


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True)
class Finding:
    check: str
    state: State
    says: str


def fine(check: str, says: str) -> Finding:
    return Finding(check, State.OK, says)


def note(check: str, says: str) -> Finding:
    return Finding(check, State.NOTE, says)


def bad(check: str, says: str) -> Finding:
    return Finding(check, State.BAD, says)


async def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order of the checks."""
    return [await check(settings) for check in CHECKS]


async def python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return fine("python", version) if sys.version_info >= (3, 11) else bad("python", f"{version}: 3.11 is the oldest")


async def variables(_: Settings) -> Finding:
    strange = unknown()
    if strange:
        return note("settings", f"{', '.join(strange)}: no setting of Portdesk has that name")
    return fine("settings", "all variables are known; `portdesk config` shows them")


async def zones(_: Settings) -> Finding:
    ZoneInfo("Australia/Lord_Howe")
    return fine("time zones", "present")


async def folder(settings: Settings) -> Finding:
    where = settings.var.absolute()
    existing = next(path for path in (where, *where.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE:
        return bad("state folder", f"{where}: the disk is full, {free // 2**20} MB are free; free some")
    return fine("state folder", f"{where}, {free // 2**30} GB free")


async def stack(settings: Settings) -> Finding:
    path = settings.var / "stack.json"
    if not path.exists():
        return note("stack", "not running here; `portdesk run` starts it")
    parts = json.loads(path.read_text())
    dead = [name for name, part in parts.items() if not psutil.pid_exists(part["pid"])]
    restarted = [f"{name} started {part['starts']} times" for name, part in parts.items() if part["starts"] > 1]
    if len(dead) == len(parts):
        return note("stack", "not running; `portdesk run` goes on where it stopped")
    if dead:
        return bad("stack", f"{', '.join(dead)} not running; see {settings.var / 'logs'}")
    return note("stack", "; ".join(restarted)) if restarted else fine("stack", f"{', '.join(parts)} run")


def _not_made(url: str) -> bool:
    return url.startswith("sqlite") and not Path(url.partition("///")[2]).exists()


async def database(settings: Settings) -> Finding:
    if _not_made(settings.database):
        return note("database", "not made yet; `portdesk run` or `portdesk migrate` makes it")
    opened = Database(settings.database)
    try:
        async with asyncio.timeout(PATIENCE), opened.read() as connection:
            revision = (await connection.exec_driver_sql("SELECT version_num FROM alembic_version")).scalar()
            waiting = await backlog(connection)
    except (Unavailable, TimeoutError) as trouble:
        return bad("database", f"{trouble or 'it does not answer'}; see PORTDESK_DATABASE_URL")
    except Exception:
        return bad("database", "it has no tables; run `portdesk migrate`")
    finally:
        await opened.close()
    return fine("database", f"answers, at revision {revision}; {_told(waiting)}")


def _told(waiting: Backlog) -> str:
    """What has not gone its way yet, and since when."""
    rows = (
        (waiting.unstarted_cases, "cases to start", waiting.oldest_unstarted_case),
        (waiting.inbox, "carrier messages to read", waiting.oldest_in_inbox),
        (waiting.unsent_mails, "mails to send", waiting.oldest_unsent_mail),
        (waiting.failed_mails, "mails failed", None),
    )
    told = [f"{n} {what}{f' since {since:%Y-%m-%d %H:%M} UTC' if since else ''}" for n, what, since in rows if n]
    return ", ".join(told) or "nothing waits in it"


async def temporal(settings: Settings) -> Finding:
    try:
        program = temporal_server.binary(settings.temporal_binary)
        address = settings.temporal
    except BadDescription as trouble:
        return bad("temporal", str(trouble))
    if settings.temporal_address and (settings.temporal_tls or settings.temporal_api_key.get_secret_value()):
        return await _listens("temporal", address, "see PORTDESK_TEMPORAL_ADDRESS")
    if await temporal_server.serves(program, address, settings.temporal_namespace):
        return fine("temporal", f"{address} serves the namespace {settings.temporal_namespace}")
    if settings.embedded_temporal:
        return note("temporal", f"the embedded server is not running; its program is {program}")
    return bad(
        "temporal",
        f"{address} does not serve {settings.temporal_namespace}; see PORTDESK_TEMPORAL_ADDRESS and _NAMESPACE, and the"
        " log of a worker: it makes a namespace that is missing, or says who must",
    )


async def mail(settings: Settings) -> Finding:
    if settings.embedded_mailbox:
        return note("mail", "caught by the embedded mailbox; nothing leaves this machine")
    relay = urlsplit(settings.smtp_url.get_secret_value())
    port = relay.port or (465 if relay.scheme == "smtps" else 25)
    return await _listens("mail", f"{relay.hostname}:{port}", "see PORTDESK_SMTP_URL")


async def carrier(settings: Settings) -> Finding:
    if settings.simulated_carrier:
        return note("carrier", "simulated; with a key in PORTDESK_<CARRIER>_API_KEY orders go to the real one")
    used = sorted({name for name in settings.carriers.values() if name})
    for name in used:
        signs = name in CARRIERS and Inlet.WEBHOOK in CARRIERS[name].capabilities.inlets
        if signs and not settings.of_carrier(name).get("public_key"):
            variable = f"PORTDESK_{name.upper().replace('-', '_')}_PUBLIC_KEY"
            return bad("carrier", f"{variable} is empty: no webhook can be verified, all would be refused")
    where = {name: ", ".join(sorted(key for key, its in settings.carriers.items() if its == name)) for name in used}
    return fine("carrier", "; ".join(f"{name} for {keys}" for name, keys in where.items()))


async def carrier_settings(settings: Settings) -> Finding:
    """What the settings name at a carrier, asked there."""
    # Here, since it brings half of the house along.
    from launch.foundation import surroundings

    check = "carrier settings"
    if settings.simulated_carrier:
        return note(check, "not asked; the carrier is simulated")
    opened = Database(settings.database)
    wrong = []
    try:
        for name in sorted({name for name in settings.carriers.values() if any(settings.of_carrier(name).values())}):
            wrong += await _wrong_at(name, CARRIERS[name].build(surroundings(settings, name, opened, clock(settings))))
    finally:
        await opened.close()
    if wrong:
        return bad(check, f"{'; '.join(wrong)}; orders and letters that need it wait until it is corrected")
    return fine(check, "what they name at carriers is there")


async def _wrong_at(name: str, adapter: PortCarrier) -> list[str]:
    if not isinstance(adapter, ChecksItsSettings):
        return []
    try:
        async with asyncio.timeout(PATIENCE * 4):
            return [f"{name}: {fault}" for fault in await adapter.wrong_settings()]
    except (Trouble, TimeoutError) as trouble:
        return [f"{name} could not be asked ({trouble or 'time-out'})"]
    finally:
        await adapter.close()


async def carriers_answer(settings: Settings) -> Finding:
    """Trouble that lasts, as the processes noted it with each call."""
    check = "carrier calls"
    if _not_made(settings.database):
        return note(check, "none yet")
    opened = Database(settings.database)
    try:
        async with asyncio.timeout(PATIENCE), opened.read() as connection:
            down = await carrier_troubles.of_carriers(connection)
            held_up = await carrier_troubles.cases_held_up(connection)
    except Exception:
        return note(check, "not known while the database does not answer")
    finally:
        await opened.close()
    if not down and not held_up:
        return fine(check, "no trouble that lasts")
    told = [f"{one.carrier} is down since {one.since:%Y-%m-%d %H:%M} UTC: {one.reason}" for one in down.values()]
    told += [
        f"{count} open case{'s' * (count != 1)} cannot get through to {name}" for name, count in sorted(held_up.items())
    ]
    return bad(check, f"{'; '.join(told)}; nothing is lost, each is tried again until it goes through")


async def _listens(check: str, address: str, remedy: str) -> Finding:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.close()
    except (OSError, TimeoutError) as trouble:
        return bad(check, f"{address} does not answer ({trouble or 'time-out'}); {remedy}")
    return fine(check, f"{address} answers")


CHECKS: tuple[Callable[[Settings], Awaitable[Finding]], ...] = (
    python, variables, zones, folder, stack, database, temporal, mail, carrier, carrier_settings, carriers_answer,
)  # fmt: skip

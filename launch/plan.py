"""What a stack will be made of: which parts are embedded, on which ports, and what its processes are told."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from carriers.directory import CARRIERS
from launch import temporal_server
from launch.ports import Wish, choose
from launch.settings import Settings
from launch.settings_sources import variable
from launch.state import kept_seed
from launch.temporal_server import TemporalDev
from sandbox import simulated
from sandbox.simulated import SIMULATED

# A rehearsal must reach nothing real, whatever the environment of the one who starts it says.
REAL = (
    "temporal_address", "temporal_ui_url", "temporal_tls", "temporal_api_key", "database_url", "smtp_url",
    "switch_url", "switch_token", *(field for name in CARRIERS for field in Settings.fields_of_carrier(name)),
)  # fmt: skip
REHEARSED = {**{field: Settings.model_fields[field].default for field in REAL}, "sandbox": True}


@dataclass(frozen=True)
class Ports:
    api: int
    temporal: int
    temporal_ui: int
    mailbox: int
    smtp: int
    simulated: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    settings: Settings
    folder: Path
    ports: Ports
    dev: TemporalDev
    program: Path | None

    @property
    def base_url(self) -> str:
        return f"http://{self.settings.api_host}:{self.ports.api}"

    @property
    def desk_url(self) -> str:
        return f"{self.settings.public_url or self.base_url}/desk"

    @property
    def temporal_address(self) -> str:
        return self.settings.temporal_address or f"{self.dev.host}:{self.ports.temporal}"

    @property
    def namespace(self) -> str:
        """The setting, where there is one; else what temporal-dev.yaml says of its server."""
        said = "temporal_namespace" in self.settings.model_fields_set or not self.settings.embedded_temporal
        return self.settings.temporal_namespace if said else self.dev.namespace

    @property
    def temporal_ui(self) -> str:
        embedded = f"http://{self.dev.host}:{self.ports.temporal_ui}" if self.settings.embedded_temporal else ""
        return self.settings.temporal_ui_url or embedded

    @property
    def mailbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.mailbox}"

    def base_url_of(self, carrier: str) -> str:
        """Where the carrier's stand-in has its API."""
        return f"http://127.0.0.1:{self.ports.simulated[carrier]}{SIMULATED[carrier].path}"

    def told_of(self, carrier: str) -> Mapping[str, str]:
        """The settings by which the others find the carrier's stand-in."""
        return SIMULATED[carrier].told(self.folder, self.base_url_of(carrier), kept_seed)

    def environment(self) -> dict[str, str]:
        """The environment of the stack's processes: the caller's, with what was decided here in place of his wishes."""
        decided = {variable(name): value for name, value in self._decided().items()}
        rehearsed = {variable(name) for name in REHEARSED} if self.settings.sandbox else set()
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name.removesuffix("_FILE") not in decided and name.removesuffix("_FILE") not in rehearsed
        }
        return {**inherited, **decided, "PYTHONUNBUFFERED": "1"}

    def _decided(self) -> Mapping[str, str]:
        decided = {
            "var": str(self.folder),
            "sandbox": "1" if self.settings.sandbox else "0",
            "api_port": str(self.ports.api),
            "public_url": self.settings.public_url or self.base_url,
            "temporal_address": self.temporal_address,
            "temporal_namespace": self.namespace,
            "temporal_ui_url": self.temporal_ui,
            "mailbox_port": str(self.ports.mailbox),
            "mailbox_smtp_port": str(self.ports.smtp),
            "carriers": json.dumps(self.settings.carriers),
            **{SIMULATED[name].port: str(port) for name, port in self.ports.simulated.items()},
        }
        if self.settings.embedded_mailbox:
            decided["smtp_url"] = f"smtp://127.0.0.1:{self.ports.smtp}"
        for name in self.settings.simulated:
            decided |= self.told_of(name)
        return decided


def rehearsed(settings: Settings) -> Settings:
    """The same settings with everything real taken out, and a state folder of its own."""
    said = "carriers" in settings.model_fields_set
    carriers = simulated.rehearsed(settings.carriers, said=said)
    return settings.model_copy(update={**REHEARSED, "carriers": carriers, "var": settings.var / "sandbox"})


def make(settings: Settings, folder: Path) -> Plan:
    """Decides the ports; raises PortTaken and BadDescription."""
    dev = temporal_server.read()
    program = temporal_server.binary(settings.temporal_binary) if settings.embedded_temporal else None
    return Plan(settings, folder, _ports(settings, dev), dev, program)


def _ports(settings: Settings, dev: TemporalDev) -> Ports:
    """On the real clock a taken port stops the start; a sandbox takes another one, but for the API's."""
    strict = not settings.sandbox
    local = "127.0.0.1"

    def port(
        what: str, field: str, wished: int, host: str = local, *, needed: bool = True, strict: bool = strict
    ) -> int:
        return choose(Wish(what, host, wished, variable(field), strict)) if needed else wished

    own_temporal = settings.embedded_temporal
    temporal = dev.port if settings.temporal_port is None else settings.temporal_port
    ui = dev.ui_port if settings.temporal_ui_port is None else settings.temporal_ui_port
    return Ports(
        api=port("the API", "api_port", settings.api_port, settings.api_host, strict=True),
        temporal=port("Temporal", "temporal_port", temporal, dev.host, needed=own_temporal),
        temporal_ui=port("Temporal's UI", "temporal_ui_port", ui, dev.host, needed=own_temporal),
        mailbox=port("the mailbox", "mailbox_port", settings.mailbox_port, needed=settings.embedded_mailbox),
        smtp=port(
            "the mailbox's SMTP", "mailbox_smtp_port", settings.mailbox_smtp_port, needed=settings.embedded_mailbox
        ),
        simulated={
            name: port(one.spoken, one.port, getattr(settings, one.port), needed=name in settings.simulated)
            for name, one in SIMULATED.items()
        },
    )

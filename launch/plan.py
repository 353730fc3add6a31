"""What a stack will be made of: which parts are embedded, on which ports, and what its processes are told."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import SigningKey
from pydantic import SecretStr

from launch import temporal_server
from launch.ports import Wish, choose
from launch.settings import Settings
from launch.settings_sources import variable
from launch.state import kept_seed
from launch.temporal_server import TemporalDev
from sandbox.coin.keys import CONSUMER, OPERATOR, REHEARSED_CODES, kept_keys

# A rehearsal must reach nothing real, whatever the environment of the one who starts it says.
EMPTY = (
    "temporal_address", "temporal_ui_url", "telnyx_base_url", "telnyx_public_key", "switch_url", "coin_base_url",
    "coin_consumer", "coin_network_operator", "coin_service_provider",
)  # fmt: skip
EMPTY_PATHS = ("coin_private_key_path", "coin_shared_key_path", "coin_blocking_codes")
EMPTY_SECRETS = ("database_url", "temporal_api_key", "smtp_url", "telnyx_api_key", "switch_token")
REHEARSED = {
    **dict.fromkeys(EMPTY, ""),
    **dict.fromkeys(EMPTY_PATHS),
    **dict.fromkeys(EMPTY_SECRETS, SecretStr("")),
    "temporal_tls": False,
    "sandbox": True,
}
# Dutch numbers without an area rehearse the clearing house, where no table of the operator's says otherwise.
REHEARSED_AT_COIN = {"NL:NATIONAL": "coin"}


@dataclass(frozen=True)
class Ports:
    api: int
    temporal: int
    temporal_ui: int
    mailbox: int
    smtp: int
    carrier: int
    clearing_house: int


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

    @property
    def telnyx_base_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.carrier}/v2"

    @property
    def coin_base_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.clearing_house}"

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
            "carrier_port": str(self.ports.carrier),
            "clearing_house_port": str(self.ports.clearing_house),
            "carriers": json.dumps(self.settings.carriers),
        }
        if self.settings.embedded_mailbox:
            decided["smtp_url"] = f"smtp://127.0.0.1:{self.ports.smtp}"
        if self.settings.simulated_carrier:
            decided |= self._simulated_carrier()
        if self.settings.simulated_clearing_house:
            decided |= self._simulated_clearing_house()
        return decided

    @property
    def telnyx_public_key(self) -> str:
        """What the simulated carrier signs its webhooks with, for whoever wants to verify them too."""
        return self._simulated_carrier()["telnyx_public_key"]

    def _simulated_carrier(self) -> Mapping[str, str]:
        seed = kept_seed(self.folder / "carrier.key")
        return {
            "telnyx_base_url": self.telnyx_base_url,
            "telnyx_api_key": "KEY-of-the-simulated-carrier",
            # Three weeks pass in a minute there: nobody is to be spared.
            "telnyx_calls_per_second": "1000",
            "telnyx_public_key": base64.b64encode(bytes(SigningKey(seed).verify_key)).decode(),
            "carrier_signing_key": base64.b64encode(seed).decode(),
        }

    def _simulated_clearing_house(self) -> Mapping[str, str]:
        keys = kept_keys(self.folder)
        return {
            "coin_base_url": self.coin_base_url,
            "coin_consumer": CONSUMER,
            "coin_network_operator": OPERATOR,
            "coin_private_key_path": str(keys.private),
            "coin_shared_key_path": str(keys.shared),
            "coin_blocking_codes": str(REHEARSED_CODES),
        }


def rehearsed(settings: Settings) -> Settings:
    """The same settings with everything real taken out, and a state folder of its own."""
    said = "carriers" in settings.model_fields_set
    carriers = settings.carriers if said else {**settings.carriers, **REHEARSED_AT_COIN}
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
        carrier=port("the carrier", "carrier_port", settings.carrier_port, needed=settings.simulated_carrier),
        clearing_house=port(
            "the clearing house", "clearing_house_port", settings.clearing_house_port,
            needed=settings.simulated_clearing_house,
        ),
    )

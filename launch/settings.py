"""The settings: everything that an operator can say to Portdesk, read from PORTDESK_* variables."""

import functools
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from launch import settings_values as values
from launch import temporal_server
from launch.settings_policy import PolicySettings, read_policy
from launch.settings_processes import ProcessSettings
from launch.settings_sources import PREFIX, SecretFiles, in_plain_words, unknown_variables
from launch.settings_words import PORT, Port, say, whole_number
from launch.trouble import SettingsError
from porting.policy import Policy

__all__ = ["Settings", "SettingsError", "load", "unknown"]

URL = "http(s)://host[:port][/path] or empty"
MAIL = "Name <address@host> or address@host"
FILE = "a file that exists"
OPERATOR = "3 to 6 capital letters or digits, or empty"
Switch = Annotated[bool, BeforeValidator(values.switch)]
ExistingFile = Annotated[Path | None, BeforeValidator(values.existing_file)]
HttpUrl = Annotated[str, AfterValidator(values.http_url)]
CodesFile = Annotated[Path | None, BeforeValidator(values.table_of_codes)]
Operator = Annotated[str, AfterValidator(values.operator)]
Mailbox = Annotated[str, AfterValidator(values.mailbox)]


class Settings(ProcessSettings):
    """Embedded parts stand in for what is not set: Temporal, the mailbox, the carrier, SQLite."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    var: Path = say(Path("var"), "folder for databases, logs and keys", "a folder that can be written to")
    sandbox: Switch = say(False, "rehearse on a steered clock; the state is wiped at each start", "0 or 1")
    log_level: Literal["debug", "info", "warning", "error"] = say(
        "info", "how much goes to the logs", "debug, info, warning or error"
    )
    log_format: Literal["json", "text"] = say("json", "how a line of log looks", "json or text")

    database_url: Annotated[SecretStr, AfterValidator(values.database_url)] = say(
        SecretStr(""),
        "where cases are recorded; empty means SQLite under VAR",
        "postgresql://user:password@host/name or sqlite:///path",
    )

    api_host: Annotated[str, AfterValidator(values.host)] = say(
        "127.0.0.1", "address the API listens on", "a host or address"
    )
    api_port: Port = say(8000, "port of API and desk", PORT)
    api_calls_per_minute: int = whole_number(1200, 1, 10_000_000, "most calls a minute with one key")
    public_url: HttpUrl = say("", "address of the desk as users reach it, for links in mails", URL)

    temporal_address: Annotated[str, AfterValidator(values.address)] = say(
        "", "Temporal cluster; empty means the embedded server", "host:port or empty"
    )
    temporal_namespace: Annotated[str, AfterValidator(values.namespace)] = say(
        "default", "namespace of the cases", "letters, digits, - _ and ."
    )
    temporal_ui_url: HttpUrl = say("", "Temporal's web UI, for links from the desk", URL)
    temporal_api_key: SecretStr = say(SecretStr(""), "API key of a Temporal cloud", "any text")
    temporal_tls: Switch = say(False, "speak TLS to Temporal", "0 or 1")
    temporal_tls_ca: ExistingFile = say(None, "certificate authority of Temporal's server", FILE)
    temporal_tls_cert: ExistingFile = say(None, "our certificate for Temporal", FILE)
    temporal_tls_key: ExistingFile = say(None, "key of our certificate for Temporal", FILE)
    temporal_tls_server_name: str = say("", "name in the certificate of Temporal's server", "a host name")
    temporal_binary: str = say("", "the embedded server's program; empty means the installed one", "a path or empty")
    temporal_port: Port | None = say(None, "port of the embedded server instead of temporal-dev.yaml's", PORT)
    temporal_ui_port: Port | None = say(None, "port of its web UI instead of temporal-dev.yaml's", PORT)

    smtp_url: Annotated[SecretStr, AfterValidator(values.smtp_url)] = say(
        SecretStr(""),
        "relay that mails leave by; empty means the embedded mailbox",
        "smtp://[user:password@]host[:port][?starttls=auto|always|never] or smtps://...",
    )
    mail_from: Mailbox = say("Porting desk <porting@portdesk.example>", "sender of all mails", MAIL)
    care_mail: Mailbox = say("care@portdesk.example", "mailbox of the care desk", MAIL)
    mailbox_port: Port = say(8025, "port of the embedded mailbox's page", PORT)
    mailbox_smtp_port: Port = say(2525, "port on which the embedded mailbox takes mail", PORT)

    carriers: Annotated[
        dict[str, str], NoDecode, BeforeValidator(values.from_json), AfterValidator(values.carriers)
    ] = say(
        values.CARRIERS,
        "which carrier ports which numbers, by country and number type (R05)",
        'JSON like {"DE": "telnyx", "DE:MOBILE": "", "*": "by-hand"}; '
        f"known: {', '.join(sorted(values.CARRIER_NAMES - {''}))}, or empty for none",
    )
    telnyx_api_key: SecretStr = say(SecretStr(""), "key at Telnyx; empty means the simulated carrier", "any text")
    telnyx_public_key: Annotated[str, AfterValidator(values.public_key)] = say(
        "", "verifies webhooks of Telnyx", "an ed25519 public key, 32 bytes in base64"
    )
    telnyx_base_url: HttpUrl = say("", "Telnyx' API; empty means the vendor's own", URL)
    telnyx_calls_per_second: Annotated[str, Field(pattern="^([1-9][0-9]{0,3})?$")] = say(
        "", "how fast all worker processes together call Telnyx; empty means 10 times a second",
        "a number from 1 to 9999",
    )
    telnyx_requirement_groups: Annotated[str, AfterValidator(values.requirement_groups)] = say(
        "", "requirement groups at Telnyx whose answers orders take over, by country and number type (R11)",
        'JSON like {"DE:GEOGRAPHIC": "de748d99-06fa-4d90-9f9a-f4b62696bada", "FR": "..."}, or empty for none',
    )
    telnyx_loa_configuration: Annotated[str, AfterValidator(values.uuid)] = say(
        "", "LOA configuration at Telnyx, the letterhead of the letters that it prepares; empty means its default",
        "the configuration's id, a UUID, or empty",
    )
    carrier_port: Port = say(8090, "port of the simulated carrier", PORT)
    carrier_signing_key: Annotated[SecretStr, AfterValidator(values.signing_key)] = say(
        SecretStr(""), "signs the simulated carrier's webhooks", "an ed25519 seed, 32 bytes in base64"
    )

    coin_base_url: HttpUrl = say("", "COIN's API; empty means the simulated clearing house", URL)
    coin_consumer: str = say("", "our consumer name at COIN", "any text")
    coin_network_operator: Operator = say("", "our network operator's code at COIN", OPERATOR)
    coin_service_provider: Operator = say("", "our service provider's code, where it has one of its own", OPERATOR)
    coin_private_key_path: ExistingFile = say(None, "our RSA private key for COIN, in PEM", FILE)
    coin_shared_key_path: ExistingFile = say(None, "the shared key that COIN gave us, encrypted for ours", FILE)
    coin_blocking_codes: CodesFile = say(
        None, "what COIN's blocking codes mean; empty means that each is OTHER, its own words kept",
        "a TOML file with a table [blocking] of COIN's codes and reasons of Portdesk",
    )
    clearing_house_port: Port = say(8091, "port of the simulated clearing house", PORT)

    switch_url: HttpUrl = say("", "number platform; empty means that its orders are only recorded", URL)
    switch_token: SecretStr = say(SecretStr(""), "bearer token for the number platform", "any text")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        return init_settings, SecretFiles(settings_cls), env_settings

    @functools.cached_property
    def policy(self) -> Policy:
        return read_policy()

    @classmethod
    def fields_of_carrier(cls, name: str) -> tuple[str, ...]:
        """A carrier's own settings: those whose names begin with its name."""
        return tuple(field for field in cls.model_fields if field.startswith(f"{name.replace('-', '_')}_"))

    def of_carrier(self, name: str) -> dict[str, str]:
        """A carrier's own settings, without its name before theirs; secrets in clear."""
        own = {field: getattr(self, field) for field in self.fields_of_carrier(name)}
        return {
            field[len(name) + 1 :]: value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
            for field, value in own.items()
        }

    @property
    def database(self) -> str:
        """The database's address as SQLAlchemy takes it, password and all."""
        return self.database_url.get_secret_value() or f"sqlite+aiosqlite:///{self.var.absolute()}/portdesk.db"

    @property
    def desk_url(self) -> str:
        return f"{self.public_url or f'http://{self.api_host}:{self.api_port}'}/desk"

    @property
    def temporal(self) -> str:
        """Temporal's address: the setting, else that of the embedded server."""
        return self.temporal_address or temporal_server.read().address

    @property
    def embedded_temporal(self) -> bool:
        return not self.temporal_address

    @property
    def embedded_mailbox(self) -> bool:
        return not self.smtp_url.get_secret_value()

    @property
    def simulated_clearing_house(self) -> bool:
        return "coin" in self.carriers.values() and not self.coin_base_url

    @property
    def simulated_carrier(self) -> bool:
        return not self.telnyx_api_key.get_secret_value()

    @property
    def simulated(self) -> tuple[str, ...]:
        """The carriers that are not called: a stand-in of each runs beside us."""
        rows = (("telnyx", self.simulated_carrier), ("coin", self.simulated_clearing_house))
        return tuple(name for name, holds in rows if holds)

    @property
    def steering_key(self) -> str:
        """What opens the calls that steer the simulated carriers."""
        return self.telnyx_api_key.get_secret_value()


def load() -> Settings:
    """Reads the environment; SettingsError names each variable that is wrong, and what is allowed."""
    try:
        settings = Settings()
    except ValidationError as trouble:
        raise SettingsError(in_plain_words(trouble, Settings)) from trouble
    try:
        _ = settings.policy
    except ValidationError as trouble:
        raise SettingsError(in_plain_words(trouble, PolicySettings)) from trouble
    return settings


def unknown() -> list[str]:
    """The variables that begin like ours and are none of ours."""
    return unknown_variables(Settings, PolicySettings)

"""What a single setting may be: each function returns the value in its one proper form, or raises ValueError."""

import base64
import binascii
import json
import re
from email.utils import getaddresses
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import SecretStr

from carriers.coin_messages import OPERATOR
from carriers.coin_words import read_codes
from carriers.directory import CARRIERS as CARRIERS_KNOWN
from carriers.telnyx_groups import read_groups
from launch.roles import Roles

# Where no carrier has an interface the port is run by hand (R43).
CARRIERS = dict.fromkeys(("DE", "IT", "FR", "GB", "CH", "ES", "NL", "US", "CA"), "telnyx") | {"AU": "by-hand"}
CARRIER_NAMES = {*CARRIERS_KNOWN, ""}
SWITCHES = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("0", "false", "no", "off", ""), False)}
DIALECTS = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}


def switch(value: object) -> object:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in SWITCHES:
        raise ValueError("neither on nor off")
    return SWITCHES[str(value).lower()]


def existing_file(value: object) -> Path | None:
    if value is None or value == "":
        return None
    path = Path(str(value))
    if not path.is_file():
        raise ValueError("no such file")
    return path


def table_of_codes(value: object) -> Path | None:
    path = existing_file(value)
    read_codes(path)
    return path


def database_url(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text:
        return value
    scheme, _, rest = text.partition("://")
    if not rest or scheme not in DIALECTS:
        raise ValueError("unknown database")
    return SecretStr(f"{DIALECTS[scheme]}://{rest}")


def host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        raise ValueError("no host")
    return value


def address(value: str) -> str:
    if value and not _has_port(value):
        raise ValueError("no host:port")
    return value


def _has_port(value: str) -> bool:
    name, _, port = value.rpartition(":")
    return bool(re.fullmatch(r"[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]", name)) and port.isdigit() and 0 < int(port) < 65536


def namespace(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,128}", value):
        raise ValueError("no namespace")
    return value


def operator(value: str) -> str:
    if value and not OPERATOR.fullmatch(value):
        raise ValueError("no operator's code")
    return value


def http_url(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("no URL")
    _ = parts.port  # raises ValueError when out of range
    return value.rstrip("/")


def smtp_url(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        from notifications.mailer import Relay  # takes a third of a second, which only those with a relay need spend

        Relay.parse(value.get_secret_value())
    return value


def mailbox(value: str) -> str:
    """`Name <address>` or an address; one only, and nothing that could become a second header line."""
    found = getaddresses([value])
    if len(found) != 1 or not value.isprintable():
        raise ValueError("no mailbox")
    try:
        validate_email(found[0][1], check_deliverability=False, test_environment=True)
    except EmailNotValidError as trouble:
        raise ValueError("no mailbox") from trouble
    return value


def from_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def carriers(table: dict[str, str]) -> dict[str, str]:
    for key, name in table.items():
        if not re.fullmatch(r"([A-Z]{2}|\*)(:[A-Z_]+)?", key) or name not in CARRIER_NAMES:
            raise ValueError("no such row")
    return table


def uuid(value: str) -> str:
    return str(UUID(value)) if value else ""


def requirement_groups(value: str) -> str:
    read_groups(value)
    return value


def roles(value: str) -> str:
    Roles.parse(value, CARRIERS_KNOWN)
    return value


def signing_key(value: SecretStr) -> SecretStr:
    public_key(value.get_secret_value())
    return value


def public_key(value: str) -> str:
    try:
        if value and len(base64.b64decode(value, validate=True)) != 32:
            raise ValueError("no key")
    except binascii.Error as trouble:
        raise ValueError("no key") from trouble
    return value

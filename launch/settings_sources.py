"""How settings are read (PORTDESK_NAME, for a secret also PORTDESK_NAME_FILE), and how a wrong one is told."""

import json
import os
from datetime import time
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from launch.trouble import SettingsError

PREFIX = "PORTDESK_"
# Variables that are no settings: how the stack speaks to its parts, and where a fault test lets a process die.
OURS_TOO = {"PORTDESK_READY_FD", "PORTDESK_GO_FD", "PORTDESK_CRASH"}


def variable(field: str) -> str:
    return PREFIX + field.upper()


def is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr


def as_written(value: object) -> str:
    """The value as one would write it in the environment; a secret is masked."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value)
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def allowed(field: FieldInfo) -> str:
    """What a value may be, in words for the operator; each field carries them."""
    extra = field.json_schema_extra
    return str(extra.get("allowed", "")) if isinstance(extra, dict) else ""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that PORTDESK_NAME_FILE names; the last line break does not count."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = variable(field_name) + "_FILE"
        path = os.environ.get(name)
        if not path or not is_secret(field):
            return None, field_name, False
        if variable(field_name) in os.environ:
            raise SettingsError(f"{variable(field_name)} and {name} are both set: set one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n"), field_name, False
        except (OSError, UnicodeDecodeError) as trouble:
            reason = trouble.strerror if isinstance(trouble, OSError) else "it is not text"
            raise SettingsError(f"{name}={path} cannot be read: {reason}.") from trouble

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def in_plain_words(trouble: ValidationError, model: type[BaseSettings]) -> str:
    """One line a wrong setting: its name, what it was set to (unless secret), what is allowed."""
    lines = {}
    for error in trouble.errors():
        name = str(error["loc"][0]) if error["loc"] else ""
        field = model.model_fields.get(name)
        if field is None:
            lines[name] = str(error["msg"]).removeprefix("Value error, ")
        else:
            value = "..." if is_secret(field) else os.environ.get(variable(name), str(error["input"]))
            lines[name] = f"{variable(name)}={' '.join(value.split())} is wrong; allowed: {allowed(field)}."
    return "\n".join(lines.values())


def unknown_variables(*models: type[BaseSettings]) -> list[str]:
    """Variables that look like settings and are none: a typing error would else be obeyed in silence."""
    names = {variable(name) for model in models for name in model.model_fields} | OURS_TOO
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name.removesuffix("_FILE") not in names)

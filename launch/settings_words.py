"""What the classes of settings are written with: a field with its words for the operator."""

from typing import Annotated, Any

from pydantic import Field

PORT = "a port from 1 to 65535, or 0 for any free one"
Port = Annotated[int, Field(ge=0, le=65535)]


def say(default: Any, says: str, allowed: str) -> Any:
    """A field with its words for the operator; `allowed` is told when a value is wrong."""
    return Field(default=default, description=says, json_schema_extra={"allowed": allowed})


def whole_number(default: int, least: int, most: int, says: str) -> Any:
    """The same for a whole number within bounds."""
    allowed = f"a whole number from {least} to {most}"
    return Field(default=default, ge=least, le=most, description=says, json_schema_extra={"allowed": allowed})

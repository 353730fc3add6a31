"""What all bodies have in common: unknown fields are refused, and nothing is guessed from another type."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Item = TypeVar("Item")


class Body(BaseModel):
    """What a client sends. `null` is the same as leaving an optional field out: clients send it for their own None."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def without_nulls(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in data.items() if value is not None or name not in optional}


class View(BaseModel):
    """What a client gets; instants are RFC 3339 in UTC, dates are local to the number."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)


class Page(View, Generic[Item]):
    """A part of a list, newest first; `next_cursor` goes on, `null` is the end."""

    items: list[Item]
    next_cursor: str | None = Field(default=None, description="Pass it as `cursor` to read on.")


class Items(View, Generic[Item]):
    """A whole list."""

    items: list[Item]

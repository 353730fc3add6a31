"""Column types that mean the same on SQLite and on PostgreSQL, and the names that constraints get."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, LargeBinary, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, both ways; SQLite alone would forget the zone. Naive values raise ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What cursors read to know how a value was written; the decorator alone would say `object`."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text without the signs that PostgreSQL cannot keep: NUL is left out, half a surrogate pair becomes `?`.

    The doors refuse both; what a carrier says must not stop a case from being written down.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\x00", "").encode("utf-8", "replace").decode()


class PackedMail(TypeDecorator[bytes]):
    """The bytes of a mail, which are ASCII, packed with zlib; those that lie there unpacked are read as they are."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return zlib.compress(value) if value else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return zlib.decompress(value) if value and value.startswith(ZLIB) else value


# How zlib's bytes begin at its usual level: the second sign is in no mail.
ZLIB = b"\x78\x9c"
# None becomes SQL's NULL and not JSON's `null`, so that `IS NULL` means what it says.
Json = JSON(none_as_null=True)
# SQLite counts up by itself in columns of the type INTEGER only.
Serial = BigInteger().with_variant(Integer(), "sqlite")
# Digits compared sign by sign, whatever language the PostgreSQL server sorts in.
Digits = String(15).with_variant(String(15, collation="C"), "postgresql")


def at(name: str, *, index: bool = False) -> Column[Any]:
    """An instant that is always there."""
    return Column(name, UTCDateTime(), nullable=False, index=index)


def maybe_at(name: str, *, index: bool = False) -> Column[Any]:
    """An instant that may be missing."""
    return Column(name, UTCDateTime(), nullable=True, index=index)


def text(name: str, length: int | None = None, *, default: str | None = None, **more: Any) -> Column[Any]:
    """Text that is always there; a `default` makes it one that may be left out of an insert."""
    return Column(name, CleanText(length), nullable=False, default=default, **more)

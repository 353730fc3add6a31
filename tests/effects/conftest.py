"""Fixtures of every test in this folder."""

from tests.effects.databases import (  # noqa: F401
    any_database,
    database,
    postgresql,
    postgresql_database,
    postgresql_template,
    sqlite_template,
)

"""Fixtures of every test in this folder."""

from tests.effects.databases import (  # noqa: F401
    any_database,
    database,
    postgresql,
    postgresql_database,
    postgresql_url,
    rivals,
    sqlite_template,
)
from tests.effects.stands import sdk, stand  # noqa: F401

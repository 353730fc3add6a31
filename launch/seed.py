"""What a fresh sandbox holds: two partners and care with their keys, somebody who can log in, temporary numbers."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from geography.places import place_of
from porting.numbers import NumberRange
from storage.database import Database
from storage.partners import Partner, add_partner, issue_key
from storage.staff import add_staff
from storage.stock import StockNumber, import_numbers

PARTNER = Partner(id="acme", name="Acme Telecom", emails=("porting@acme.example",))
OTHER_PARTNER = Partner(id="globex", name="Globex Networks", currency="USD", emails=("noc@globex.example",))
LOGIN = "care"
# What two more digits make a number of, in each country that has a carrier.
BLOCKS = {
    "DE": "+4930555020", "IT": "+3906555020", "FR": "+331705550", "GB": "+4420794602", "CH": "+414355502",
    "ES": "+349155502", "NL": "+312055502", "US": "+121255502", "CA": "+141655502", "AU": "+612555010",
}  # fmt: skip


def _single_and_tens(block: str) -> list[str]:
    return [*(f"{block}{last:02}" for last in range(20)), *(f"{block}{ten}X" for ten in range(2, 10))]


def stock() -> list[StockNumber]:
    """Twenty single numbers and eight ranges of ten in every country that has a carrier."""
    numbers = [NumberRange.parse(text) for block in BLOCKS.values() for text in _single_and_tens(block)]
    return [StockNumber(number, place_of(number).country) for number in numbers]


async def seed(database: Database, now: datetime) -> Mapping[str, str]:
    """Fills an empty database; the credentials, which are known nowhere else."""
    async with database.begin() as connection:
        credentials = await _who_may_ask(connection, now)
        await import_numbers(connection, stock(), now)
    return credentials


async def _who_may_ask(connection: AsyncConnection, now: datetime) -> Mapping[str, str]:
    password = secrets.token_urlsafe(9)
    for partner in (PARTNER, OTHER_PARTNER):
        await add_partner(connection, partner, now)
    await add_staff(connection, LOGIN, "Care", password, now)
    owners = {"partner_key": PARTNER.id, "other_partner_key": OTHER_PARTNER.id, "care_key": None}
    keys = {
        name: (await issue_key(connection, owner, owner or "Care", now, kind="test")).secret
        for name, owner in owners.items()
    }
    return {**keys, "desk_login": LOGIN, "desk_password": password}

"""Keys, passwords and sessions: who may come in, and for how long."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import partners, staff
from storage.database import Database
from storage.partners import Partner, PartnerExists, UnknownPartner
from storage.staff import Session
from storage.tables import api_keys, sessions
from storage.tables import staff as staff_table
from tests.effects.stored_cases import a_partner
from tests.examples import MONDAY

DAY = timedelta(days=1)


async def key(database: Database, partner_id: str | None = "PA-1", **changes: object) -> partners.NewKey:
    async with database.begin() as connection:
        await a_partner(connection, currency="GBP", emails=("ops@acme.example",))
        return await partners.issue_key(connection, partner_id, "test", MONDAY, **changes)  # type: ignore[arg-type]


async def caller(database: Database, secret: str, at: datetime = MONDAY) -> partners.Caller | None:
    async with database.read() as connection:
        return await partners.authenticate(connection, secret, at)


async def test_a_key_opens_for_its_partner_and_only_its_digest_is_kept(any_database: Database) -> None:
    made = await key(any_database)
    found = await caller(any_database, made.secret)
    assert found is not None and found.partner is not None and found.key_id == made.id
    assert (found.partner.id, found.partner.currency, found.partner.emails) == ("PA-1", "GBP", ("ops@acme.example",))
    assert made.secret.startswith(f"pk_live_{made.id}_")
    async with any_database.read() as connection:
        assert made.secret not in str((await connection.execute(select(api_keys))).all())


async def test_a_key_of_care_belongs_to_no_partner(any_database: Database) -> None:
    found = await caller(any_database, (await key(any_database, None)).secret)
    assert found is not None and found.partner is None


@pytest.mark.parametrize("text", ["", "pk_live_", "x", "pk_live_00000000_" + "a" * 43, "pk_live_\x00", "é" * 70])
async def test_what_is_no_key_of_ours_opens_nothing(any_database: Database, text: str) -> None:
    await key(any_database)
    assert await caller(any_database, text) is None


async def test_a_key_with_one_other_sign_opens_nothing(any_database: Database) -> None:
    made = await key(any_database)
    other = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
    assert await caller(any_database, other) is None


async def test_a_revoked_or_expired_key_opens_nothing_any_more(any_database: Database) -> None:
    expiring = await key(any_database, expires_at=MONDAY + DAY)
    assert await caller(any_database, expiring.secret, MONDAY + DAY - timedelta(seconds=1))
    assert await caller(any_database, expiring.secret, MONDAY + DAY) is None
    revoked = await key(any_database)
    async with any_database.begin() as connection:
        assert await partners.revoke_key(connection, revoked.id, MONDAY)
        assert not await partners.revoke_key(connection, revoked.id, MONDAY)
    assert await caller(any_database, revoked.secret) is None
    async with any_database.read() as connection:
        listed = await partners.list_keys(connection, "PA-1")
    assert {row["id"] for row in listed} == {expiring.id, revoked.id} and "digest" not in listed[0]


async def test_a_partners_status_can_be_set_to_those_of_the_trade_only(any_database: Database) -> None:
    """R12"""
    await key(any_database)
    async with any_database.begin() as connection:
        await partners.set_status(connection, "PA-1", "SUSPENDED")
        with pytest.raises(ValueError, match="GONE"):
            await partners.set_status(connection, "PA-1", "GONE")
        with pytest.raises(UnknownPartner):
            await partners.set_status(connection, "PA-9", "ACTIVE")
        found = await partners.find_partner(connection, "PA-1")
        assert found is not None and found.status == "SUSPENDED"


async def test_a_partner_is_added_once(any_database: Database) -> None:
    async with any_database.begin() as connection:
        await partners.add_partner(connection, Partner(id="PA-1", name="Acme"), MONDAY)
        with pytest.raises(PartnerExists):
            await partners.add_partner(connection, Partner(id="PA-1", name="Other"), MONDAY)
        with pytest.raises(UnknownPartner):
            await partners.issue_key(connection, "PA-9", "x", MONDAY)
        assert [partner.name for partner in await partners.list_partners(connection)] == ["Acme"]


async def a_person(database: Database, password: str = "correct horse") -> str:
    async with database.begin() as connection:
        return await staff.add_staff(connection, " Vera@Desk.example ", "Vera", password, MONDAY)


async def logged_in(database: Database, token: str, at: datetime) -> Session | None:
    async with database.read() as connection:
        session = await staff.find_session(connection, token, at)
    async with database.begin() as connection:
        await staff.note_seen(connection, token, at)
    return session


async def test_a_person_comes_in_with_the_right_password_only(any_database: Database) -> None:
    await a_person(any_database)
    async with any_database.read() as connection:
        found = await staff.verify_password(connection, "vera@desk.EXAMPLE", "correct horse")
        assert found is not None and found.name == "Vera"
        assert await staff.verify_password(connection, "vera@desk.example", "wrong") is None
        assert await staff.verify_password(connection, "nobody", "correct horse") is None
        assert "correct horse" not in str((await connection.execute(select(staff_table))).all())


async def test_a_session_ends_after_half_an_hour_without_a_click_and_after_twelve_hours(any_database: Database) -> None:
    person = await a_person(any_database)
    async with any_database.begin() as connection:
        opened = await staff.open_session(connection, person, MONDAY)
    now, minute = MONDAY, timedelta(minutes=1)
    while now < MONDAY + 12 * 60 * minute:
        session = await logged_in(any_database, opened.token, now)
        assert session is not None and session.csrf == opened.csrf and session.person.id == person
        now += 29 * minute
    assert await logged_in(any_database, opened.token, MONDAY + 12 * 60 * minute) is None
    async with any_database.begin() as connection:
        idle = await staff.open_session(connection, person, MONDAY)
    assert await logged_in(any_database, idle.token, MONDAY + 30 * minute) is None


async def test_a_session_is_over_when_it_is_closed_or_the_password_changes(any_database: Database) -> None:
    person = await a_person(any_database)
    for end in (staff.close_session, None):
        async with any_database.begin() as connection:
            opened = await staff.open_session(connection, person, MONDAY)
            assert opened.token not in str((await connection.execute(select(sessions))).all())
        assert await logged_in(any_database, opened.token, MONDAY)
        if end:
            async with any_database.begin() as connection:
                await end(connection, opened.token)
        else:
            assert await a_person(any_database, "another password") == person
        assert await logged_in(any_database, opened.token, MONDAY) is None

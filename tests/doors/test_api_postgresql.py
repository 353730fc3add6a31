"""The same promises on PostgreSQL, which refuses other things than SQLite and takes turns in another way."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage.database import Database
from tests.doors.api_world import ApiWorld, Caller, a_body, at_once, calling, is_problem
from tests.effects.databases import postgresql, postgresql_database, postgresql_url  # noqa: F401

CASES = "/v1/porting-cases"


@pytest.fixture
async def api(postgresql_database: Database) -> ApiWorld:  # noqa: F811
    world = ApiWorld(postgresql_database)
    await world.people()
    return world


@pytest.fixture
async def acme(api: ApiWorld) -> AsyncIterator[Caller]:
    async with calling(api, "acme") as caller:
        yield caller


async def test_a_hundred_at_once_with_one_key_are_one_case(api: ApiWorld, acme: Caller) -> None:
    headers = {"Idempotency-Key": "k"}
    answers = await at_once(*(acme.post(CASES, a_body(), headers=headers) for _ in range(100)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await api.count("cases") == 1


async def test_many_at_once_without_keys_are_one_case_by_their_reference(api: ApiWorld, acme: Caller) -> None:
    answers = await at_once(*(acme.open() for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 29}
    assert await api.count("cases") == 1


async def test_of_many_who_want_a_number_at_once_one_gets_it(api: ApiWorld, acme: Caller) -> None:
    """R04"""
    async with calling(api, "beta") as beta:
        calls = [who.open("+4989010710X", reference=f"r{n}") for n in range(10) for who in (acme, beta)]
        answers = await at_once(*calls)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
    assert await api.count("lines") == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{CASES}/PC-%00", 404, "not_found"), (f"{CASES}?q=%00", 422, "invalid_text"),
        (f"{CASES}?reference=%00", 422, "invalid_text"), (f"{CASES}?partner=%00", 422, "invalid_text"),
        (f"{CASES}?losing_carrier=%00", 422, "invalid_text"), ("/v1/documents/%00", 404, "not_found"),
        ("/v1/numbers/%00", 422, "invalid_number"), (f"{CASES}?cursor=%00", 400, "invalid_cursor"),
        (f"{CASES}?q=%ED%A0%80", 200, ""), ("/v1/documents/%ED%A0%80", 404, "not_found"),
    ],
)  # fmt: skip
async def test_no_sign_in_an_address_reaches_the_database(acme: Caller, path: str, status: int, code: str) -> None:
    answer = await acme.get(path)
    assert answer.status_code == status if status == 200 else is_problem(answer, status, code)


@pytest.mark.parametrize("trap", ["\x00", "\ud800"])
async def test_no_sign_in_a_body_reaches_the_database(acme: Caller, trap: str) -> None:
    bodies: list[dict[str, Any]] = [
        {"reference": trap}, {"numbers": [trap]}, {"documents": [trap]}, {"notify": [trap]}, {"comment": trap},
        {"details": {"rio": trap}}, {"details": {trap: "x"}}, {"losing_carrier": {"pin": trap}}, {trap: 1},
        {"end_customer": {"address": {"city": trap}}}, {"requested_date": trap}, {"order_type": trap},
    ]  # fmt: skip
    for changed in bodies:
        assert (await acme.post(CASES, a_body() | changed)).status_code == 422, changed
        assert (await acme.post(f"{CASES}/check", a_body() | changed)).status_code in (200, 422), changed


async def test_a_case_lives_on_postgresql_as_on_sqlite(acme: Caller) -> None:
    case_id = await acme.confirmed("+4989010710X")
    assert (await acme.post(f"{CASES}/{case_id}/comments", {"text": "Grüße 🙂"})).status_code == 201
    changed = await acme.post(f"{CASES}/{case_id}/date-changes", {"date": "2027-01-11", "accept_fee": True})
    assert changed.status_code == 202
    assert (await acme.get("/v1/numbers/+49890107105")).json()["items"][0]["case"] == case_id
    assert (await acme.get(f"{CASES}?q=köhler")).json()["items"] == []
    assert len((await acme.get("/v1/charges")).json()["items"]) == 1
    assert (await acme.get("/metrics")).status_code == 200

"""A POST that is sent again, and a change that comes too late: nothing happens twice, nothing is overwritten unseen."""

from collections import Counter
from typing import Any

import pytest

from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import PDF, ApiWorld, Caller, a_body, at_once, is_problem

CASES = "/v1/porting-cases"


@pytest.mark.parametrize("key", [b"", b"a" * 256, "ü".encode(), b"a\tb"])
async def test_a_key_that_is_none_is_refused(api: ApiWorld, acme: Caller, key: bytes) -> None:
    headers: Any = {"Idempotency-Key": key}
    assert is_problem(await acme.post(CASES, a_body(), headers=headers), 400, "invalid_idempotency_key")
    assert await api.count("cases") == 0


async def test_a_call_without_a_key_is_allowed(acme: Caller) -> None:
    assert (await acme.open()).status_code == 201


async def test_the_same_call_again_gets_the_first_response_again(api: ApiWorld, acme: Caller) -> None:
    headers = {"Idempotency-Key": "k" * 255}
    first = await acme.post(CASES, a_body(), headers=headers)
    await acme.post(f"{CASES}/{first.json()['id']}/comments", {"text": "x"})
    again = await acme.post(CASES, dict(reversed(a_body().items())), headers=headers)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert [again.headers[name] for name in ("location", "etag")] == [
        first.headers[name] for name in ("location", "etag")
    ]
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")
    assert await api.count("cases") == 1


async def test_the_first_response_is_kept_for_thirty_days(api: ApiWorld, acme: Caller) -> None:
    headers = {"Idempotency-Key": "k"}
    first = await acme.post(CASES, a_body(), headers=headers)
    api.advance(days=29, hours=23)
    assert (await acme.post(CASES, a_body(), headers=headers)).content == first.content
    api.advance(hours=2)
    later = await acme.post(CASES, a_body(), headers=headers)
    assert (later.status_code, later.json()["id"]) == (200, first.json()["id"])


@pytest.mark.parametrize("path", [CASES, f"{CASES}/check"])
async def test_a_key_with_another_body_or_call_is_refused(acme: Caller, path: str) -> None:
    headers = {"Idempotency-Key": "k"}
    await acme.post(f"{CASES}/check", a_body(), headers=headers)
    assert is_problem(await acme.post(path, a_body("+493012345678"), headers=headers), 422, "idempotency_key_reused")


async def test_keys_of_two_partners_never_meet(api: ApiWorld, acme: Caller, beta: Caller) -> None:
    headers = {"Idempotency-Key": "k"}
    mine = await acme.post(CASES, a_body("+498912345678"), headers=headers)
    theirs = await beta.post(CASES, a_body("+498912345679"), headers=headers)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_a_refusal_is_not_kept(acme: Caller) -> None:
    """A validation error did nothing, so the same key may be used for the mended body."""
    headers = {"Idempotency-Key": "k"}
    assert (await acme.post(CASES, a_body("089 1"), headers=headers)).status_code == 422
    assert (await acme.post(CASES, a_body(), headers=headers)).status_code == 201


async def test_a_hundred_at_once_with_one_key_are_one_case(api: ApiWorld, acme: Caller) -> None:
    headers = {"Idempotency-Key": "k"}
    answers = await at_once(*(acme.post(CASES, a_body(), headers=headers) for _ in range(100)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    opened = {answer.content for answer in answers if answer.status_code == 201}
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(opened) == 1 and await api.count("cases") == 1 and api.engine.started == 1
    assert all(is_problem(answer, 409, "idempotency_in_progress") for answer in waiting)
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in waiting)


async def test_a_hundred_at_once_without_keys_are_one_case_by_their_reference(api: ApiWorld, acme: Caller) -> None:
    answers = await at_once(*(acme.open() for _ in range(100)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 99}
    assert {answer.json()["id"] for answer in answers} and await api.count("cases") == 1


async def test_of_two_who_want_a_number_at_once_one_gets_it(api: ApiWorld, acme: Caller, beta: Caller) -> None:
    """R04"""
    answers = await at_once(*(who.open("+4989010710X", reference=f"r{n}") for n in range(5) for who in (acme, beta)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    assert await api.count("lines") == 1


async def test_an_upload_again_is_the_same_paper(api: ApiWorld, acme: Caller) -> None:
    """The boundary of the form is new each time, and does not count."""
    headers, data = {"Idempotency-Key": "k"}, {"kind": "loa"}
    ids = set()
    for boundary in ("one", "two"):
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = await acme.client.post(
            "/v1/documents", files={"file": ("loa.pdf", PDF)}, data=data, headers=headers | kind
        )
        ids.add(answer.json()["id"])
    assert len(ids) == 1 and await api.count("documents") == 1


async def test_a_comment_again_is_one_comment(api: ApiWorld, acme: Caller) -> None:
    case_id, headers = (await acme.open()).json()["id"], {"Idempotency-Key": "k"}
    answers = [await acme.post(f"{CASES}/{case_id}/comments", {"text": "Hello"}, headers=headers) for _ in range(3)]
    assert {answer.content for answer in answers} == {answers[0].content} and answers[0].status_code == 201
    assert (await acme.get(f"{CASES}/{case_id}")).json()["comments_count"] == 1


async def test_a_call_whose_answer_was_lost_is_told_once(api: ApiWorld, acme: Caller) -> None:
    """The process died after the case had heard of it: the key runs anew, and the case knows the update."""
    case_id, headers = (await acme.open()).json()["id"], {"Idempotency-Key": "k"}
    await acme.post(f"{CASES}/{case_id}/comments", {"text": "Hello"}, headers=headers)
    async with api.database.begin() as connection:
        await connection.exec_driver_sql("UPDATE idempotency SET state = 'RUNNING', body = NULL")
    api.advance(minutes=2)
    answer = await acme.post(f"{CASES}/{case_id}/comments", {"text": "Hello"}, headers=headers)
    assert (answer.status_code, len(api.engine.told)) == (201, 1)


async def test_a_change_for_an_older_version_is_stale(acme: Caller) -> None:
    case = (await acme.open()).json()
    path, headers = f"{CASES}/{case['id']}", {"If-Match": f'"{case["version"]}"'}
    assert (await acme.post(f"{path}/comments", {"text": "one"}, headers=headers)).status_code == 201
    assert is_problem(await acme.post(f"{path}/comments", {"text": "two"}, headers=headers), 412, "stale")
    current = (await acme.get(path)).headers["etag"]
    assert (await acme.post(f"{path}/comments", {"text": "two"}, headers={"If-Match": current})).status_code == 201


async def test_any_version_will_do_for_a_star(acme: Caller) -> None:
    case_id = (await acme.open()).json()["id"]
    answer = await acme.post(f"{CASES}/{case_id}/comments", {"text": "x"}, headers={"If-Match": "*"})
    assert answer.status_code == 201


async def test_a_version_that_is_known_is_not_sent_again(acme: Caller) -> None:
    case_id = (await acme.open()).json()["id"]
    tag = (await acme.get(f"{CASES}/{case_id}")).headers["etag"]
    answer = await acme.get(f"{CASES}/{case_id}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)

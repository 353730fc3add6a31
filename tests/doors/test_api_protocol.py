"""What holds for every call: types, sizes, pace, lists, methods; and that no fault leaks what lies behind it."""

import json
from typing import Any

import pytest

from api.parts import Limits
from porting.errors import PortingError
from service.engine import EngineUnavailable
from storage.database import Unavailable
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld, Caller, a_body, at_once, calling, is_problem

CASES = "/v1/porting-cases"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml"])
async def test_a_body_of_another_type_is_refused(acme: Caller, kind: str) -> None:
    answer = await acme.client.post(CASES, content=json.dumps(a_body()), headers={"Content-Type": kind})
    assert is_problem(answer, 415, "unsupported_media_type")


async def test_a_body_without_a_type_is_refused(acme: Caller) -> None:
    assert is_problem(await acme.client.post(CASES, content=b"{}"), 415, "unsupported_media_type")


async def test_json_where_a_form_is_due_is_refused(acme: Caller) -> None:
    assert is_problem(await acme.post("/v1/documents", {"kind": "loa"}), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content", [b"{", b"", b"[" * 100_000, b'{"days": ' + b"9" * 5000 + b"}", b"\xff\xfe", b'{"a": "\xc3\x28"}']
)
async def test_a_body_that_is_no_json_is_refused(acme: Caller, content: bytes) -> None:
    answer = await acme.client.post(CASES, content=content, headers={"Content-Type": "application/json"})
    assert is_problem(answer, 400, "malformed_json") if content else is_problem(answer, 422, "required")


@pytest.mark.parametrize("body", [[], "text", 3, True, [a_body()]])
async def test_a_body_that_is_no_object_is_refused(acme: Caller, body: Any) -> None:
    assert is_problem(await acme.post(CASES, body), 422, "invalid")


async def test_a_body_that_is_too_large_is_refused(acme: Caller) -> None:
    body = a_body(comment="x" * (Limits().body + 1))
    assert is_problem(await acme.post(CASES, body), 413, "too_large")


async def test_a_body_that_hides_its_size_is_refused(acme: Caller) -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 100_000

    answer = await acme.client.post(CASES, content=chunks(), headers={"Content-Type": "application/json"})
    assert is_problem(answer, 413, "too_large")


async def test_a_form_without_a_boundary_is_refused(acme: Caller) -> None:
    answer = await acme.client.post("/v1/documents", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert is_problem(answer, 400, "malformed_body")


async def test_a_burst_is_slowed_down_and_others_are_not(tmp_path: Any, api_template: Any) -> None:
    world = await ApiWorld.made(tmp_path, api_template, calls_per_minute=20)
    async with calling(world, "acme") as acme, calling(world, "beta") as beta:
        answers = await at_once(*(acme.get(CASES) for _ in range(30)))
        slowed = [answer for answer in answers if answer.status_code == 429]
        assert len(slowed) == 10
        assert all(is_problem(answer, 429, "rate_limited") for answer in slowed)
        assert all(1 <= int(answer.headers["retry-after"]) <= 61 for answer in slowed)
        assert (await beta.get(CASES)).status_code == 200
    await world.database.close()


@pytest.mark.parametrize("limit", ["0", "201", "1000000000", "1e9", "-1", "x", "", "5.0", "٣"])
async def test_a_limit_out_of_bounds_is_refused(acme: Caller, limit: str) -> None:
    assert is_problem(await acme.get(CASES, params={"limit": limit}), 400, "invalid_limit")


@pytest.mark.parametrize("cursor", ["x", "", "WyIyMDI2IiwgInBjIl0.c2ln", "\x00", "ü"])
async def test_a_forged_cursor_is_refused(acme: Caller, cursor: str) -> None:
    assert is_problem(await acme.get(CASES, params={"cursor": cursor}), 400, "invalid_cursor")


async def test_a_cursor_of_another_list_is_refused(acme: Caller) -> None:
    for n in range(2):
        await acme.open(f"+49891234567{n}", reference=f"o{n}")
    cursor = (await acme.get(CASES, params={"limit": 1})).json()["next_cursor"]
    assert is_problem(await acme.get("/v1/charges", params={"cursor": cursor}), 400, "invalid_cursor")


async def test_a_list_is_read_to_its_end_newest_first(api: ApiWorld, acme: Caller) -> None:
    opened = []
    for n in range(5):
        opened.append((await acme.open(f"+49891234567{n}", reference=f"o{n}")).json()["id"])
        api.advance(seconds=1)
    read, cursor = [], None
    while True:
        part = (await acme.get(CASES, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        read += [case["id"] for case in part["items"]]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert read == opened[::-1]


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT", "PATCH", "CONNECT", "BREW", "OPTIONS"])
async def test_an_unknown_method_is_refused(acme: Caller, method: str) -> None:
    assert is_problem(await acme.client.request(method, CASES), 405, "method_not_allowed")


async def test_head_is_get_without_the_body(acme: Caller) -> None:
    case_id = (await acme.open()).json()["id"]
    got, headed = await acme.get(f"{CASES}/{case_id}"), await acme.client.head(f"{CASES}/{case_id}")
    assert (headed.status_code, headed.content, headed.headers["etag"]) == (200, b"", got.headers["etag"])
    assert headed.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/porting-cases", "/v1/porting-cases/", "/sandbox/clock", "/redoc"])
async def test_what_is_not_there_is_not_found(acme: Caller, path: str) -> None:
    assert is_problem(await acme.get(path), 404, "not_found")


async def test_calls_that_are_not_offered_are_not_found(acme: Caller) -> None:
    assert (await acme.post("/v1/webhook-endpoints", {})).status_code == 404


async def test_a_fault_of_ours_says_nothing_of_its_cause(api: ApiWorld, acme: Caller) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail at line 42")

    case_id = (await acme.open()).json()["id"]
    api.engine.update = broken  # type: ignore[method-assign]
    answer = await acme.post(f"{CASES}/{case_id}/comments", {"text": "x"})
    assert is_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text and "Traceback" not in answer.text and "line" not in answer.json()["detail"]


async def test_an_engine_that_is_away_is_503_and_the_call_can_be_sent_again(api: ApiWorld, acme: Caller) -> None:
    """Fault 6"""
    case_id, headers = (await acme.open()).json()["id"], {"Idempotency-Key": "k"}
    api.engine.away = EngineUnavailable(7)
    answer = await acme.post(f"{CASES}/{case_id}/comments", {"text": "x"}, headers=headers)
    assert is_problem(answer, 503, "engine_unavailable")
    assert answer.headers["retry-after"] == "7"
    api.engine.away = None
    assert (await acme.post(f"{CASES}/{case_id}/comments", {"text": "x"}, headers=headers)).status_code == 201


async def test_a_database_that_is_away_is_503(api: ApiWorld, acme: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 7"""

    def gone() -> None:
        raise Unavailable("secret host of the database")

    monkeypatch.setattr(api.database, "read", gone)
    answer = await acme.get(CASES)
    assert is_problem(answer, 503, "database_unavailable")
    assert "secret" not in answer.text and int(answer.headers["retry-after"]) > 0


async def test_broken_signs_can_be_quoted_back(api: ApiWorld, acme: Caller) -> None:
    case_id = (await acme.open()).json()["id"]
    api.engine.away = PortingError("What is \ud800?")
    assert is_problem(await acme.post(f"{CASES}/{case_id}/comments", {"text": "x"}), 422, "refused")


async def test_every_answer_bears_its_number_and_the_protecting_headers(acme: Caller) -> None:
    for path in (CASES, f"{CASES}/PC-0", "/health/live"):
        answer = await acme.get(path)
        assert len(answer.headers["x-request-id"]) == 32
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers

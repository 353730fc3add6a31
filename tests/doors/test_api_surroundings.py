"""What stands around the calls: carriers' webhooks, health, metrics, the document and the page that shows it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.codes import CODES
from api.document import render
from api.metrics import Metrics
from api.schemas.case import CaseView
from api.schemas.opening import OpeningBody
from storage import durations, inbox
from storage.database import Database
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld, Caller, at_once, is_problem
from workflows.queues import QueueBacklog

SIGNED = {"x-signature": "good"}
WEBHOOK = "/carriers/telnyx/webhook"


async def test_a_signed_webhook_is_stored_once_and_answered_at_once(api: ApiWorld) -> None:
    async with api.client() as carrier:
        first = await carrier.post(WEBHOOK, content=b"id=1", headers=SIGNED)
        again = await carrier.post(WEBHOOK, content=b"id=1", headers=SIGNED)
    assert (first.status_code, first.json()) == (200, {"received": True, "repeated": False})
    assert (again.status_code, again.json()) == (200, {"received": True, "repeated": True})
    assert await api.count("inbox") == 1
    async with api.database.begin() as connection:
        arrival = (await inbox.claim(connection, api.now, 10))[0]
    assert (arrival.carrier, arrival.reference, arrival.payload["kind"]) == ("telnyx", "PC-1-1", "status")


@pytest.mark.parametrize("headers", [{}, {"x-signature": "bad"}, {"Authorization": "Bearer x"}])
async def test_an_unsigned_webhook_leaves_nothing_behind(api: ApiWorld, headers: dict[str, str]) -> None:
    async with api.client() as carrier:
        assert is_problem(await carrier.post(WEBHOOK, content=b"id=1", headers=headers), 401, "invalid_signature")
    assert await api.count("inbox") == 0


async def test_a_signed_webhook_of_nonsense_leaves_nothing_behind(api: ApiWorld) -> None:
    async with api.client() as carrier:
        answer = await carrier.post(WEBHOOK, content=b"<html>", headers=SIGNED)
    assert is_problem(answer, 422, "unreadable_webhook")
    assert "secret" not in answer.text and await api.count("inbox") == 0


async def test_a_webhook_that_is_too_large_is_refused(api: ApiWorld) -> None:
    async with api.client() as carrier:
        answer = await carrier.post(WEBHOOK, content=b"id=" + b"x" * 3_000_000, headers=SIGNED)
    assert is_problem(answer, 413, "too_large")


async def test_an_unknown_carrier_has_no_webhook(api: ApiWorld) -> None:
    async with api.client() as carrier:
        assert is_problem(await carrier.post("/carriers/nobody/webhook", headers=SIGNED), 404, "not_found")


async def test_health_says_what_is_missing(api: ApiWorld) -> None:
    async with api.client() as client:
        assert (await client.get("/health/live")).json() == {"status": "ok"}
        assert (await client.get("/health/ready")).json() == {"status": "ok", "database": True, "engine": True}
        api.engine_answers = False
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["engine"], answer.json()["database"]) == (503, False, True)


async def test_metrics_count_calls_cases_and_what_waits(api: ApiWorld, acme: Caller) -> None:
    await acme.opened()
    api.advance(seconds=90)
    await acme.get("/v1/porting-cases/PC-0")
    text = (await acme.get("/metrics")).text
    for line in (
        'portdesk_http_requests_total{method="POST",path="/v1/porting-cases",status="201"} 1.0',
        'portdesk_http_requests_total{method="GET",path="/v1/porting-cases/{case_id}",status="404"} 1.0',
        'portdesk_cases{status="PENDING_APPROVAL"} 1.0', 'portdesk_cases{status="COMPLETED"} 0.0',
        'portdesk_waiting{what="unsent_mails"} 1.0', 'portdesk_oldest_waiting_seconds{what="unsent_mails"} 90.0',
        'portdesk_waiting{what="inbox"} 0.0', 'portdesk_waiting{what="unstarted_cases"} 0.0',
    ):  # fmt: skip
        assert line in text, text
    assert "PC-0" not in text


async def test_metrics_tell_whom_cases_wait_for_and_what_waits_at_the_engine(api: ApiWorld, acme: Caller) -> None:
    await acme.opened()
    found = QueueBacklog("carrier-telnyx", "activities", 7, 90.0, 1.5, 0.5, 2)

    async def queues() -> list[QueueBacklog]:
        return [found]

    metrics = Metrics()
    text = (await metrics.text(replace(api.app.state.parts, queues=queues))).decode()
    for line in (
        'portdesk_cases_waiting_on{waiting_on="CARRIER"} 1.0', 'portdesk_cases_waiting_on{waiting_on="CARE"} 0.0',
        'portdesk_task_queue_waiting{kind="activities",queue="carrier-telnyx"} 7.0',
        'portdesk_task_queue_oldest_seconds{kind="activities",queue="carrier-telnyx"} 90.0',
        'portdesk_task_queue_pollers{kind="activities",queue="carrier-telnyx"} 2.0',
        "portdesk_engine_up 1.0", "portdesk_database_up 1.0",
    ):  # fmt: skip
        assert line in text, text


async def test_metrics_tell_how_long_things_took_from_end_to_end(api: ApiWorld, acme: Caller) -> None:
    """A histogram as Prometheus reads it: each bound counts all that took no longer."""
    taken = [("news_to_mail", 0.4), ("news_to_mail", 7.0), ("request_to_carrier", 3.0)]
    await api.database.write(lambda connection: durations.add(connection, taken))
    text = (await acme.get("/metrics")).text
    for line in (
        'portdesk_took_seconds_bucket{le="0.25",what="news_to_mail"} 0.0',
        'portdesk_took_seconds_bucket{le="0.5",what="news_to_mail"} 1.0',
        'portdesk_took_seconds_bucket{le="10",what="news_to_mail"} 2.0',
        'portdesk_took_seconds_count{what="news_to_mail"} 2.0', 'portdesk_took_seconds_sum{what="news_to_mail"} 7.4',
        'portdesk_took_seconds_bucket{le="5",what="request_to_carrier"} 1.0',
        'portdesk_took_seconds_count{what="mail"} 0.0',
    ):  # fmt: skip
        assert line in text, text


async def test_metrics_are_told_though_database_and_engine_are_down(api: ApiWorld) -> None:
    api.engine_answers = False
    metrics, gone = Metrics(), Database("sqlite:////no/such/folder/portdesk.db")
    metrics.count("GET", "/health/live", 200, 0.01)
    text = (await metrics.text(replace(api.app.state.parts, database=gone))).decode()
    assert "portdesk_engine_up 0.0" in text and "portdesk_database_up 0.0" in text
    assert 'portdesk_http_requests_total{method="GET",path="/health/live",status="200"} 1.0' in text
    assert "portdesk_cases{" not in text


async def test_metrics_ask_the_database_once_for_readers_that_come_together(api: ApiWorld) -> None:
    asked: list[int] = []

    async def queues() -> list[QueueBacklog]:
        asked.append(1)
        return []

    metrics, parts = Metrics(), replace(api.app.state.parts, queues=queues)
    await at_once(*(metrics.text(parts) for _ in range(5)))
    assert len(asked) == 1


@pytest.fixture
async def made(acme: Caller) -> dict[str, Any]:
    return dict((await acme.get("/openapi.json")).json())


def test_the_document_is_openapi_3_1(made: dict[str, Any]) -> None:
    validate(made)
    assert made["openapi"].startswith("3.1")


def test_every_operation_has_examples_and_documented_problems(made: dict[str, Any]) -> None:
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            assert body is None or body["example"], where
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    assert "example" in content or content["schema"].get("type") == "string", f"{where} {status}"
            if path.startswith("/v1") and method == "post":
                needed = {"400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503"}
                assert needed <= set(operation["responses"]), where


def test_the_document_says_nothing_in_the_words_of_a_library(made: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(made)


def test_examples_hold_before_their_own_schemas(made: dict[str, Any]) -> None:
    content = made["paths"]["/v1/porting-cases"]["post"]
    assert OpeningBody.model_validate(content["requestBody"]["content"]["application/json"]["example"]).numbers
    assert CaseView.model_validate(content["responses"]["201"]["content"]["application/json"]["example"]).lines


async def test_every_problem_code_has_its_words(acme: Caller) -> None:
    for code, row in CODES.items():
        shown = (await acme.get(f"/problems/{code}")).json()
        assert (shown["code"], shown["status"]) == (code, row.status)
        assert f"| `{code}` | {row.status} |" in render()
    assert is_problem(await acme.get("/problems/none"), 404, "not_found")


async def test_the_docs_page_needs_nothing_from_elsewhere(api: ApiWorld) -> None:
    async with api.client() as client:
        page = await client.get("/docs")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "http" not in policy
        for address in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
            assert (await client.get(address)).status_code == 200, address
        assert not re.search(r"<script(?! src=)|https?://", page.text)

"""Who may call what: keys, and that everything of another partner is simply not there."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from storage import partners
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import PDF, ApiWorld, Caller, calling, is_problem

CASES = "/v1/porting-cases"
READS = ["", "/timeline", "/emails", "/copy"]
WRITES: list[tuple[str, Any]] = [
    ("/answers", {"answers": [{"missing_id": "M1", "value": "x"}]}),
    ("/comments", {"text": "x"}),
    ("/date-changes", {"date": "2027-01-20", "accept_fee": True}),
    ("/cancellation", {}),
    ("/extension", {"days": 1, "reason": "x"}),
    ("/carrier-news", {"kind": "acknowledged"}),
]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic abc", "Bearer pk_live_00000000_x", "Bearer " + "a" * 5000, "Bearer pk_live_\xe4"],
)
async def test_without_a_good_key_nothing_opens(api: ApiWorld, header: str) -> None:
    async with api.client() as client:
        answer = await client.get(CASES, headers={"Authorization": header.encode("latin-1")})
    assert is_problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_key_in_the_address_is_none(api: ApiWorld) -> None:
    async with api.client() as client:
        for name in ("key", "api_key", "token", "access_token"):
            assert is_problem(await client.get(CASES, params={name: api.keys["acme"]}), 401, "unauthorized")


async def test_a_revoked_key_opens_nothing(api: ApiWorld, acme: Caller) -> None:
    async with api.database.begin() as connection:
        await partners.revoke_key(connection, api.keys["acme"].split("_")[2], api.now)
    assert is_problem(await acme.get(CASES), 401, "unauthorized")


async def test_an_expired_key_opens_nothing(api: ApiWorld) -> None:
    async with api.database.begin() as connection:
        ends = api.now + timedelta(hours=1)
        api.keys["short"] = (await partners.issue_key(connection, "acme", "short", api.now, ends)).secret
    async with calling(api, "short") as short:
        assert (await short.get(CASES)).status_code == 200
        api.advance(hours=1)
        assert is_problem(await short.get(CASES), 401, "unauthorized")


async def test_who_calls_is_asked_before_what_is_sent(api: ApiWorld) -> None:
    async with api.client() as client:
        answer = await client.post(CASES, content=b"{", headers={"Content-Type": "application/json"})
    assert is_problem(answer, 401, "unauthorized")


async def test_a_case_of_another_partner_is_not_there_whatever_the_call(acme: Caller, beta: Caller) -> None:
    """Read or changed, with a good body or a bad one: the same words as for a case that does not exist."""
    case_id = (await acme.open()).json()["id"]
    for path in READS:
        theirs, none = await beta.get(f"{CASES}/{case_id}{path}"), await beta.get(f"{CASES}/PC-0000{path}")
        assert is_problem(theirs, 404, "not_found")
        assert _words(theirs) == _words(none)
    for path, body in WRITES:
        for sent in (body, {"surprise": 1}):
            theirs = await beta.post(f"{CASES}/{case_id}{path}", sent)
            none = await beta.post(f"{CASES}/PC-0000{path}", sent)
            assert is_problem(theirs, 404, "not_found")
            assert _words(theirs) == _words(none)


def _words(answer: httpx2.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name not in ("instance", "request_id")}


async def test_a_paper_goes_onto_no_case_of_another(api: ApiWorld, acme: Caller, beta: Caller) -> None:
    case_id = (await acme.open()).json()["id"]
    files = {"file": ("loa.pdf", PDF)}
    answer = await beta.client.post(f"{CASES}/{case_id}/documents", files=files, data={"kind": "loa"})
    assert is_problem(answer, 404, "not_found")
    assert await api.count("documents") == 0


async def test_a_paper_of_another_cannot_be_read(acme: Caller, beta: Caller) -> None:
    paper = await acme.upload()
    assert (await acme.get(f"/v1/documents/{paper}")).content == PDF
    theirs, none = await beta.get(f"/v1/documents/{paper}"), await beta.get("/v1/documents/DOC-0")
    assert is_problem(theirs, 404, "not_found") and _words(theirs) == _words(none)


async def test_lists_and_reports_show_nothing_of_another(acme: Caller, beta: Caller) -> None:
    await acme.open("+498912345678")
    paths = [
        CASES, f"{CASES}?partner=acme", f"{CASES}?q=498912345678", "/v1/numbers/+498912345678", "/v1/reports/orders",
        "/v1/reports/orders?partner=acme", "/v1/charges", "/v1/temporary-numbers",
    ]  # fmt: skip
    for path in paths:
        assert (await beta.get(path)).json()["items"] == [], path
    assert "+4989" not in (await beta.get("/v1/reports/orders.csv")).text


@pytest.mark.parametrize(("path", "body"), WRITES[4:])
async def test_a_call_of_cares_on_ones_own_case_is_forbidden(acme: Caller, path: str, body: Any) -> None:
    case_id = (await acme.open()).json()["id"]
    for sent in (body, {"surprise": 1}):
        assert is_problem(await acme.post(f"{CASES}/{case_id}{path}", sent), 403, "forbidden")


async def test_partners_own_calls_are_not_cares(acme: Caller, care: Caller) -> None:
    case_id = (await acme.open()).json()["id"]
    assert is_problem(await care.post(f"{CASES}/{case_id}/answers", WRITES[0][1]), 403, "forbidden")
    assert is_problem(await care.get(f"{CASES}/{case_id}/copy"), 403, "forbidden")


@pytest.mark.parametrize("case_id", ["PC-%00", "..%2f..", "PC-1'--", "%ED%A0%80", "x" * 3000])
async def test_an_id_that_is_none_is_not_found(acme: Caller, case_id: str) -> None:
    assert is_problem(await acme.get(f"{CASES}/{case_id}"), 404, "not_found")

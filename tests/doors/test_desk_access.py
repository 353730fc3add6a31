"""Who gets into the desk: login, sessions that end, forms that are ours, and nothing without any of it."""

import asyncio
from datetime import timedelta

import pytest
from starlette.routing import Route

from desk.access import Access
from desk.app import HEADERS, desk_routes, guarded_routes
from desk.pages import Pages
from desk.visits import Desk
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_world import LOGIN, PASSWORD, URL, World, field


async def test_every_page_sends_strangers_to_the_login(world: World) -> None:
    desk = Desk(world.parts, Pages({}), Access(world.database, URL, lambda: world.wall))
    async with world.visitor() as visitor:
        for route in guarded_routes(desk):
            assert isinstance(route, Route)
            path = route.path.format(case_id="PC-1", mail_id="1", document_id="DOC-1", task_id="TA-1", notice_id="PO-1")
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            answer = await visitor.request(method, path)
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/desk/login"), path


async def test_login_brings_back_to_the_page_that_was_asked_for(world: World) -> None:
    async with world.visitor() as visitor:
        asked = await visitor.get("/desk/cases/PC-1?page=2")
        page = await visitor.get(asked.headers["location"])
        form = {"csrf": field(page.text, "csrf"), "next": field(page.text, "next"), "login": LOGIN}
        answer = await visitor.post("/desk/login", data=form | {"password": PASSWORD})
        assert answer.headers["location"] == "/desk/cases/PC-1?page=2"


async def try_login(world: World, login: str, password: str) -> tuple[int, str]:
    async with world.visitor() as visitor:
        page = await visitor.get("/desk/login")
        form = {"csrf": field(page.text, "csrf"), "login": login, "password": password}
        answer = await visitor.post("/desk/login", data=form)
        return answer.status_code, answer.text


async def test_a_wrong_password_and_an_unknown_login_read_alike(world: World) -> None:
    wrong, unknown = await try_login(world, LOGIN, "nope"), await try_login(world, "nobody", "nope")
    assert wrong[0] == unknown[0] == 401
    assert "Login or password is wrong." in wrong[1]
    assert "Login or password is wrong." in unknown[1]


async def test_the_login_is_given_back_and_the_password_never(world: World) -> None:
    _, page = await try_login(world, '"><script>x', "secret-of-mine")
    assert "&#34;&gt;&lt;script&gt;x" in page
    assert "secret-of-mine" not in page


async def test_ten_tries_are_enough_for_a_quarter_of_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object) -> None:
        return None

    monkeypatch.setattr("desk.access.verify_password", nobody)
    assert [(await try_login(world, LOGIN, "x"))[0] for _ in range(10)] == [401] * 10
    async with world.visitor() as visitor:
        page = await visitor.get("/desk/login")
        form = {"csrf": field(page.text, "csrf"), "login": LOGIN.upper(), "password": PASSWORD}
        answer = await visitor.post("/desk/login", data=form)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


@pytest.mark.parametrize(("idle", "over"), [(29, False), (31, True)])
async def test_a_session_ends_after_half_an_hour_without_a_click(world: World, idle: int, over: bool) -> None:
    async with world.staff() as client:
        world.wall += timedelta(minutes=idle)
        assert (await client.get("/desk")).is_redirect is over


async def test_a_page_that_is_looked_at_waits_for_nobody_who_writes(world: World) -> None:
    """Of many clicks a minute one writes that the person is here; the others read."""
    async with world.staff() as client:
        # The first page of a process reads the secret that signs cursors, and makes it where there is none.
        await client.get("/desk")
        async with asyncio.timeout(10), world.database.begin():
            assert (await client.get("/desk")).status_code == 200


async def test_a_session_ends_after_twelve_hours_of_clicks(world: World) -> None:
    async with world.staff() as client:
        for _ in range(35):
            world.wall += timedelta(minutes=20)
            assert (await client.get("/desk")).status_code == 200
        world.wall += timedelta(minutes=20)
        assert (await client.get("/desk")).status_code == 303


async def test_an_advance_of_the_sandbox_logs_nobody_out(world: World) -> None:
    async with world.staff() as client:
        world.advance(days=31)
        assert (await client.get("/desk")).status_code == 200


async def test_after_logging_out_a_copied_cookie_is_worth_nothing(world: World) -> None:
    async with world.staff() as client:
        token = client.cookies["desk"]
        page = await client.get("/desk")
        answer = await client.post("/desk/logout", data={"csrf": field(page.text, "csrf")})
        assert answer.headers["location"] == "/desk/login"
    async with world.visitor(cookie=f"desk={token}") as thief:
        assert (await thief.get("/desk")).status_code == 303


async def test_each_login_gets_a_session_of_its_own(world: World) -> None:
    async with world.staff() as one, world.staff() as other:
        assert one.cookies["desk"] != other.cookies["desk"]
        page = await one.get("/desk")
        await one.post("/desk/logout", data={"csrf": field(page.text, "csrf")})
        assert (await other.get("/desk")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-site"}],
)  # fmt: skip
async def test_a_form_from_another_site_does_nothing(world: World, headers: dict[str, str]) -> None:
    case_id = await world.open()
    async with world.staff() as client:
        page = await client.get(f"/desk/cases/{case_id}")
        form = {"csrf": field(page.text, "csrf"), "text": "hello"}
        answer = await client.post(f"/desk/cases/{case_id}/comments", data=form, headers=headers)
    assert answer.status_code == 403
    assert world.engine.told == []


@pytest.mark.parametrize("token", ["", "x", "é"])
async def test_a_form_without_the_sessions_token_does_nothing(world: World, token: str) -> None:
    case_id = await world.open()
    async with world.staff() as client:
        answer = await client.post(f"/desk/cases/{case_id}/comments", data={"csrf": token, "text": "hello"})
    assert answer.status_code == 403
    assert world.engine.told == []


async def test_the_login_form_needs_its_own_token(world: World) -> None:
    async with world.visitor() as visitor:
        answer = await visitor.post("/desk/login", data={"login": LOGIN, "password": PASSWORD, "csrf": ""})
        assert answer.status_code == 403


async def test_over_http_the_cookie_is_plain_and_no_script_reads_it(world: World) -> None:
    async with world.visitor() as visitor:
        page = await visitor.get("/desk/login")
        form = {"csrf": field(page.text, "csrf"), "login": LOGIN, "password": PASSWORD}
        cookie = (await visitor.post("/desk/login", data=form)).headers["set-cookie"]
    assert cookie.startswith("desk=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_bound_to_the_host(world: World) -> None:
    access = Access(world.database, "https://desk.example", lambda: world.wall)
    from starlette.responses import Response

    response = Response()
    access.give(response, "token")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-desk=token;")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["/desk", "/desk/login", "/desk/nothing/here", "/desk/cases/PC-1"])
async def test_every_answer_carries_the_strict_headers(world: World, path: str) -> None:
    async with world.staff() as client:
        answer = await client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


async def test_no_page_has_a_script_or_a_style_of_its_own(world: World) -> None:
    case_id = await world.confirmed()
    async with world.staff() as client:
        for path in ("/desk", f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/date", "/desk/nothing"):
            page = (await client.get(path)).text
            assert "<script" not in page
            assert "style=" not in page
            assert "<style" not in page
            assert " onclick" not in page


async def test_a_form_of_a_megabyte_is_not_read(world: World) -> None:
    case_id = await world.open()
    async with world.staff() as client:
        answer = await client.post(f"/desk/cases/{case_id}/comments", data={"text": "x" * 1_100_000})
    assert answer.status_code == 413


async def test_an_unknown_method_is_refused(world: World) -> None:
    async with world.staff() as client:
        assert (await client.request("DELETE", "/desk")).status_code == 405
        assert (await client.head("/desk")).status_code == 200


async def test_the_routes_for_a_larger_application_take_desk_with_and_without_more(world: World) -> None:
    assert [route.path for route in desk_routes(world.parts) if isinstance(route, Route)] == [
        "/desk", "/desk/{rest:path}",
    ]  # fmt: skip

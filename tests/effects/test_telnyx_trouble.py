"""What cannot be used of a carrier's answer is trouble of a known kind, never a crash (faults 9, R17)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import TelnyxAccess
from porting.orders import OrderStatus
from tests.effects.carrier_stand import MONDAY, a_request, serving

ORDER: dict[str, Any] = {
    "id": "o-1", "customer_reference": "PC-1-1", "updated_at": "2027-01-11T08:00:00Z",
    "status": {"value": "submitted", "details": []}, "porting_phone_numbers_count": 1,
    "phone_numbers": [{"phone_number": "+498912345678"}],
}  # fmt: skip
CHECKED = JSONResponse({"data": [{"phone_number": "+498912345678", "portable": True}]}, 201)
Said = Callable[[Request], Awaitable[Response]]


def orders(*shown: Any, **meta: Any) -> Response:
    return JSONResponse({"data": list(shown), "meta": {"page_number": 1, "total_pages": 1, **meta}})


@asynccontextmanager
async def carrier_that_says(*answers: Response | Said, time_limit: float = 5.0) -> AsyncIterator[TelnyxCarrier]:
    """A carrier that gives these answers one after another, and the last one for ever."""
    left = list(answers)

    async def say(request: Request) -> Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, Response) else await answer(request)

    app = Starlette(routes=[Route("/{path:path}", say, methods=["GET", "POST", "PATCH", "DELETE"])])
    async with serving(app) as url:
        yield await an_adapter(url, time_limit)


async def an_adapter(url: str, time_limit: float = 5.0) -> TelnyxCarrier:
    """An adapter as in production: the SDK does not check types. Its modules are loaded before any time counts."""
    carrier = TelnyxCarrier(
        TelnyxAccess(api_key="key", base_url=f"{url}/v2", time_limit=timedelta(seconds=time_limit)),
        public_key="", webhook_url="http://127.0.0.1/hook", zone_of=lambda number: "Europe/Berlin",
        now=lambda: MONDAY,
    )  # fmt: skip
    await carrier._client._loaded()
    return carrier


async def trouble_of(call: Awaitable[object]) -> Trouble:
    with pytest.raises(Trouble) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(
    "answer",
    [
        HTMLResponse("<h1>We will be right back</h1>"),
        Response('{"data": [{"id": "o-1", "sta', media_type="application/json"),
        Response(b"\xff\xfe\x00", media_type="application/json"),
        Response("", media_type="application/json"),
        JSONResponse([]),
        JSONResponse("submitted"),
        JSONResponse({"data": "none"}),
        JSONResponse({"data": ["o-1"]}),
        JSONResponse({}),
        orders({**ORDER, "id": None}),
        orders({**ORDER, "id": 17}),
        orders({**ORDER, "status": "submitted"}),
        orders({**ORDER, "status": {"value": None}}),
        orders({**ORDER, "updated_at": "yesterday"}),
        orders({**ORDER, "updated_at": 17}),
        orders({**ORDER, "activation_settings": {"foc_datetime_actual": "31.12.2027"}}),
        orders({**ORDER, "activation_settings": {"foc_datetime_actual": ["2027-01-01"]}}),
        Response(status_code=418),
        JSONResponse({"error": "bad"}, 422),
    ],
    ids=lambda answer: answer.body[:40].decode(errors="replace") or str(answer.status_code),
)
async def test_garbage_is_trouble_and_no_crash(answer: Response) -> None:
    async with carrier_that_says(answer) as carrier:
        assert (await trouble_of(carrier.read("PC-1-1"))).kind is TroubleKind.GARBAGE


@pytest.mark.parametrize(
    ("status", "kind", "permanent"),
    [
        (401, TroubleKind.DENIED, True), (403, TroubleKind.DENIED, True),
        (408, TroubleKind.UNAVAILABLE, False), (409, TroubleKind.UNAVAILABLE, False),
        (429, TroubleKind.UNAVAILABLE, False), (500, TroubleKind.UNAVAILABLE, False),
        (503, TroubleKind.UNAVAILABLE, False),
    ],
)  # fmt: skip
async def test_a_failed_read_says_what_went_wrong(status: int, kind: TroubleKind, permanent: bool) -> None:
    async with carrier_that_says(Response(status_code=status)) as carrier:
        trouble = await trouble_of(carrier.read("PC-1-1"))
        assert (trouble.kind, trouble.permanent) == (kind, permanent)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_of_a_failed_write_nobody_knows_the_outcome(status: int) -> None:
    async with carrier_that_says(orders(), CHECKED, Response(status_code=status)) as carrier:
        assert (await trouble_of(carrier.submit(a_request()))).kind is TroubleKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("30", 30), ("Mon, 11 Jan 2027 08:02:00 GMT", 120), ("Mon, 11 Jan 2027 07:00:00 GMT", 0), ("soon", None),
        ("-5", None), ("9" * 5000, 86_400), ("Sun, 11 Jan 2037 08:00:00 GMT", 86_400), ("²", None),
    ],
)
async def test_a_busy_carriers_pause_is_told(header: str, pause: int | None) -> None:
    """And no case waits for years because of it."""
    async with carrier_that_says(Response(status_code=429, headers={"retry-after": header})) as carrier:
        trouble = await trouble_of(carrier.read("PC-1-1"))
        assert trouble.retry_after == (None if pause is None else timedelta(seconds=pause))


async def test_a_carrier_that_does_not_answer_is_given_up_after_the_time_limit() -> None:
    async def never(request: Request) -> Response:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return Response()

    async with carrier_that_says(never, time_limit=0.2) as carrier:
        assert (await trouble_of(carrier.read("PC-1-1"))).kind is TroubleKind.UNAVAILABLE
    async with carrier_that_says(orders(), CHECKED, never, time_limit=0.5) as carrier:
        assert (await trouble_of(carrier.submit(a_request()))).kind is TroubleKind.OUTCOME_UNKNOWN


async def test_an_answer_that_trickles_is_given_up_as_a_whole() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
        try:
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        carrier = await an_adapter(f"http://127.0.0.1:{port}", 0.3)
        assert (await trouble_of(carrier.read("PC-1-1"))).kind is TroubleKind.UNAVAILABLE


async def test_a_connection_that_was_never_made_carried_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        carrier = await an_adapter(f"http://127.0.0.1:{taken.getsockname()[1]}")
        for call in (carrier.read("PC-1-1"), carrier._orders._create(a_request(), ["+498912345678"])):
            assert (await trouble_of(call)).kind is TroubleKind.UNAVAILABLE


async def test_a_connection_that_breaks_may_have_carried_the_write() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        carrier = await an_adapter(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (await trouble_of(carrier.read("PC-1-1"))).kind is TroubleKind.UNAVAILABLE
        create = carrier._orders._create(a_request(), ["+498912345678"])
        assert (await trouble_of(create)).kind is TroubleKind.OUTCOME_UNKNOWN


async def test_nothing_is_sent_twice_by_the_sdk() -> None:
    """The SDK's own retries would repeat a POST; without them each call goes once."""
    seen: list[str] = []

    async def fail(request: Request) -> Response:
        seen.append(request.method)
        return Response(status_code=500)

    async with carrier_that_says(fail) as carrier:
        await trouble_of(carrier._orders._create(a_request(), ["+498912345678"]))
    assert seen == ["POST"]


async def test_an_unknown_status_is_kept_raw() -> None:
    odd = {**ORDER, "status": {"value": "on-hold\r\nBcc: x", "details": None}}
    async with carrier_that_says(orders(odd)) as carrier:
        (snapshot,) = await carrier.read("PC-1-1")
    assert (snapshot.status, snapshot.raw_status) == (OrderStatus.UNKNOWN, "on-hold Bcc: x")


async def test_an_unknown_code_is_other_and_kept_raw() -> None:
    details = [{"code": "MOON_IN_RETROGRADE", "description": "Wait\nfor it"}, {"code": 17}, "odd"]
    shown = {**ORDER, "status": {"value": "exception", "details": details}}
    async with carrier_that_says(orders(shown)) as carrier:
        (snapshot,) = await carrier.read("PC-1-1")
    first, second = snapshot.reasons
    assert (first.code, first.carrier_code, first.text) == ("OTHER", "MOON_IN_RETROGRADE", "Wait for it")
    assert second.code == "OTHER"


async def test_an_exception_without_a_reason_has_one_all_the_same() -> None:
    async with carrier_that_says(orders({**ORDER, "status": {"value": "exception"}})) as carrier:
        (snapshot,) = await carrier.read("PC-1-1")
    assert [one.code for one in snapshot.reasons] == ["OTHER"]


async def test_a_date_that_is_over_or_was_not_asked_for_is_read_as_it_is() -> None:
    dates = {"foc_datetime_actual": "1999-01-01T13:00:00Z", "foc_datetime_requested": "2027-01-25T13:00:00Z"}
    shown = {**ORDER, "status": {"value": "foc-date-confirmed"}, "activation_settings": dates}
    async with carrier_that_says(orders(shown)) as carrier:
        (snapshot,) = await carrier.read("PC-1-1")
    assert (snapshot.date, snapshot.requested_date, snapshot.date_declined) == (
        date(1999, 1, 1), date(2027, 1, 25), False,
    )  # fmt: skip


async def test_an_order_of_another_reference_is_not_ours() -> None:
    """A carrier that takes the filter for "contains" shows PC-1-11 too."""
    async with carrier_that_says(orders({**ORDER, "customer_reference": "PC-1-11"})) as carrier:
        assert await carrier.read("PC-1-1") == ()


async def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carriers.telnyx_client.MOST_PAGES", 5)
    async with carrier_that_says(orders(ORDER, total_pages=10**9)) as carrier:
        assert (await trouble_of(carrier.read("PC-1-1"))).kind is TroubleKind.GARBAGE


async def test_a_country_with_another_word_for_the_pin_is_asked_by_that_word() -> None:
    details = [{"code": "PASSCODE_PIN_INVALID", "description": "wrong"}]
    for number, field in (("+33145678901", "details.rio"), ("+390612345678", "details.migration_code")):
        row = {"phone_number": number}
        shown = {**ORDER, "status": {"value": "exception", "details": details}, "phone_numbers": [row]}
        async with carrier_that_says(orders(shown)) as carrier:
            (snapshot,) = await carrier.read("PC-1-1")
        assert [one.field for one in snapshot.reasons] == [field]


async def test_the_time_of_reading_stands_in_for_a_missing_one() -> None:
    async with carrier_that_says(orders({**ORDER, "updated_at": None})) as carrier:
        (snapshot,) = await carrier.read("PC-1-1")
    assert snapshot.as_of == MONDAY == datetime(2027, 1, 11, 8, tzinfo=UTC)


async def test_without_an_address_the_vendors_own_is_called() -> None:
    access = TelnyxAccess(api_key="key", base_url="")
    carrier = TelnyxCarrier(access, public_key="", webhook_url="", zone_of=str, now=lambda: MONDAY)
    await carrier.open()
    assert str(carrier._client._api.base_url) == "https://api.telnyx.com/v2/"
    await carrier.close()

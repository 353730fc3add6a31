"""One call to Telnyx through its own SDK: its JSON, or what went wrong in our words."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from carriers.answers import lost, pause_of, trouble_of
from carriers.bounded import BoundedTransport, TooLong
from carriers.contract import Trouble, TroubleKind
from carriers.crash import crash_point
from carriers.pace import Pace, alone

Json = dict[str, Any]
# Picks a method of the SDK with raw responses: `lambda api: api.porting_orders.with_raw_response.list`.
Pick = Callable[[Any], Callable[..., Awaitable[Any]]]

PAGE_SIZE = 250
CALLS_PER_SECOND = 10.0
MOST_PAGES = 400
REFUSED = {400, 422}


class CarrierSaysNo(Exception):
    """A 400 or 422 that can be read: each error as the vendor wrote it."""

    def __init__(self, errors: list[Json]) -> None:
        super().__init__("; ".join(str(error.get("detail") or error.get("title")) for error in errors))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class TelnyxAccess:
    """Where Telnyx is and how we may call it; without `base_url` it is the vendor's own address.

    `strict` lets the SDK check each answer against its own types. `calls_per_second` is for all `sharers` together, the
    processes that call; the time that a call waits for its turn does not count for its time limit.
    """

    api_key: str
    base_url: str
    time_limit: timedelta = timedelta(seconds=20)
    strict: bool = False
    calls_per_second: float = CALLS_PER_SECOND
    sharers: Callable[[], int] = alone


class TelnyxClient:
    """The SDK, loaded with the first call because that takes seconds, and never retrying: a POST must not go twice."""

    def __init__(self, access: TelnyxAccess, now: Callable[[], datetime]) -> None:
        self._access = access
        self._now = now
        self._api: Any = None
        self._loading = asyncio.Lock()
        self._pace = Pace(access.calls_per_second, sharers=access.sharers)

    async def read(self, pick: Pick, *args: Any, **kwargs: Any) -> Json:
        body: Json = await self._call(pick, args, kwargs, write=False)
        return body

    async def write(self, pick: Pick, *args: Any, **kwargs: Any) -> Json:
        """Raises CarrierSaysNo beside Trouble; trouble of kind OUTCOME_UNKNOWN when it may have taken effect."""
        crash_point("before_write")
        answer: Json = await self._call(pick, args, kwargs, write=True)
        crash_point("after_write")
        return answer

    async def knows(self, pick: Pick, id_: str) -> bool:
        """Whether there is a thing of that id. Raises Trouble for anything else than a clear answer."""
        try:
            await self.read(pick, id_)
        except CarrierSaysNo:
            return False
        except Trouble as trouble:
            if trouble.kind is TroubleKind.NOT_FOUND:
                return False
            raise
        return True

    async def file(self, pick: Pick, *args: Any, **kwargs: Any) -> bytes:
        """A PDF. Raises like `read`."""
        content: bytes = await self._call(pick, args, kwargs, write=False, told=_pdf)
        return content

    async def pages(self, pick: Pick, *args: Any, **kwargs: Any) -> list[Json]:
        """Every item of a list."""
        items: list[Json] = []
        for number in range(1, MOST_PAGES + 1):
            page = await self.read(pick, *args, **kwargs, page_number=number, page_size=PAGE_SIZE)
            data = page.get("data")
            if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
                raise Trouble(TroubleKind.GARBAGE, "the carrier's list is no list")
            items += data
            meta = page.get("meta")
            total = meta.get("total_pages") if isinstance(meta, dict) else None
            if not data or number >= (total if isinstance(total, int) else 1):
                return items
        raise Trouble(TroubleKind.GARBAGE, f"the carrier's list has more than {MOST_PAGES} pages")

    async def open(self) -> None:
        """Load the SDK ahead of the first call, which would wait seconds for it."""
        await self._loaded()

    async def close(self) -> None:
        if self._api is not None:
            await self._api.close()
            self._api = None

    async def _call(
        self, pick: Pick, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, write: bool,
        told: Callable[[Any], Any] | None = None,
    ) -> Any:  # fmt: skip
        api = await self._loaded()
        vendor = importlib.import_module("telnyx")
        await self._pace.turn()
        try:
            async with asyncio.timeout(self._access.time_limit.total_seconds()):
                raw = await pick(api)(*args, **kwargs)
            if self._access.strict:
                await raw.parse()
            return (told or _body)(raw)
        except vendor.APIStatusError as error:
            raise self._refusal_or_trouble(error, write) from error
        except (TimeoutError, vendor.APITimeoutError) as error:
            raise Trouble(_unreached(error, write), "the carrier did not answer in time") from error
        except vendor.APIConnectionError as error:
            if isinstance(error.__cause__, TooLong):
                raise Trouble(TroubleKind.GARBAGE, f"the carrier's answer cannot be read: {error.__cause__}") from error
            raise Trouble(_unreached(error, write), f"no connection to the carrier: {error.__cause__}") from error
        except (vendor.APIResponseValidationError, ValueError, RecursionError) as error:
            raise Trouble(TroubleKind.GARBAGE, "the carrier's answer cannot be read") from error

    def _refusal_or_trouble(self, error: Any, write: bool) -> Exception:
        status: int = error.status_code
        if status in REFUSED and (errors := _errors(error.body)):
            return CarrierSaysNo(errors)
        pause = pause_of(error.response.headers.get("retry-after"), self._now())
        return trouble_of(status, "the carrier", write=write, pause=pause)

    async def _loaded(self) -> Any:
        async with self._loading:
            if self._api is None:
                self._api = await asyncio.to_thread(_load, self._access)
        return self._api


def _load(access: TelnyxAccess) -> Any:
    """The SDK's client with all of its parts that are used: each loads modules, for seconds, when first touched."""
    vendor = importlib.import_module("telnyx")
    # An empty address would be taken for one; without any the SDK knows the vendor's own.
    where = {"base_url": access.base_url} if access.base_url else {}
    api = vendor.AsyncTelnyx(
        api_key=access.api_key,
        max_retries=0,
        timeout=access.time_limit.total_seconds(),
        http_client=vendor.DefaultAsyncHttpxClient(transport=BoundedTransport(), **where),
        **where,
        _strict_response_validation=access.strict,
    )
    orders = (api.porting_orders, api.porting_phone_numbers, api.portability_checks)
    for part in (*orders, api.porting.events, api.documents, api.requirement_groups):
        assert part.with_raw_response
    return api


def _body(raw: Any) -> Json:
    if raw.http_response.status_code == 204:
        return {}
    body = raw.http_response.json()
    if not isinstance(body, dict):
        raise ValueError("no JSON object")
    return body


def _pdf(raw: Any) -> bytes:
    content: bytes = raw.http_response.content
    if not content.startswith(b"%PDF-"):
        raise ValueError("no PDF")
    return content


def _errors(body: object) -> list[Json]:
    """The vendor's errors out of an error's body; the SDK takes the outer object off where there is one."""
    errors = body.get("errors") if isinstance(body, dict) else None
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _unreached(error: Any, write: bool) -> TroubleKind:
    """A connection that was never made carried nothing; one that broke may have."""
    refused = type(error.__cause__).__name__ in {"ConnectError", "ConnectTimeout", "PoolTimeout"}
    return TroubleKind.UNAVAILABLE if refused else lost(write)

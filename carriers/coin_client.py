"""One call to COIN through its own SDK, in a thread and with a limit: what it answers, in our words."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from carriers.answers import pause_of, trouble_of
from carriers.coin_messages import Outgoing, Sender
from carriers.coin_words import line_of
from carriers.contract import Trouble, TroubleKind

# Errors of the clearing house's own making, which it may tell with a 400 all the same.
ITS_OWN_FAULTS = {7030, 7040, 7050, 9000, 9999}
# How much longer than its own limits a call may take before its thread is left to itself.
GRACE = timedelta(seconds=10)


class CoinSaysNo(Exception):
    """A 400 that can be read: each error's code and words."""

    def __init__(self, errors: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(words for _, words in errors))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class CoinAccess:
    """Where COIN is, and the keys that open it: our private key, and the shared one that is encrypted for it."""

    base_url: str
    consumer: str
    private_key_file: Path
    shared_key_file: Path
    sender: Sender = field(repr=False)
    time_limit: timedelta = timedelta(seconds=20)

    def config(self, retries: int = 3, pause: float = 1.0) -> Any:
        """The SDK's own settings."""
        sdk = importlib.import_module("coin_sdk.number_portability.npconfig")
        return sdk.NpConfig(
            self.base_url, self.consumer, str(self.private_key_file), str(self.shared_key_file), retries, pause
        )


class CoinClient:
    """The SDK is loaded with the first call, because that takes a second."""

    def __init__(self, access: CoinAccess) -> None:
        self._access = access
        self._sender: Any = None
        self._loading = asyncio.Lock()

    async def send(self, message: Outgoing) -> str:
        """The transaction's id. Raises CoinSaysNo, and Trouble; OUTCOME_UNKNOWN when it may have taken effect."""
        sender = await self._loaded()
        limit = self._access.time_limit + GRACE
        try:
            async with asyncio.timeout(limit.total_seconds()):
                said: str = await asyncio.to_thread(sender.send, self._access.sender, message)
                return said
        except Exception as error:
            raise told(error) from error

    async def open(self) -> None:
        """Load the SDK ahead of the first call."""
        await asyncio.to_thread(importlib.import_module, "carriers.coin_calls")

    async def _loaded(self) -> Any:
        async with self._loading:
            if self._sender is None:
                self._sender = await asyncio.to_thread(new_sender, self._access)
        return self._sender


def new_sender(access: CoinAccess) -> Any:
    """The SDK's sender with our keys. Raises Trouble when they cannot be read."""
    calls = importlib.import_module("carriers.coin_calls")
    try:
        return calls.BoundedSender(access.config(), access.time_limit.total_seconds())
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise Trouble(TroubleKind.DENIED, f"COIN's keys cannot be used: {type(error).__name__}") from error


def told(error: Exception) -> Exception:
    """What went wrong in a call, as Trouble or as a refusal."""
    calls = importlib.import_module("carriers.coin_calls")
    http = calls.requests
    if isinstance(error, calls.HttpAnswer):
        return _refusal_or_trouble(error.status, error.text, error.retry_after)
    # A connection that was never made carried nothing; one that broke may have.
    if isinstance(error, http.exceptions.ConnectTimeout) or _never_connected(error, http):
        return Trouble(TroubleKind.UNAVAILABLE, "no connection to the clearing house")
    if isinstance(error, TimeoutError | http.exceptions.RequestException):
        return Trouble(TroubleKind.OUTCOME_UNKNOWN, f"the clearing house did not answer: {type(error).__name__}")
    if isinstance(error, ValueError | RecursionError):
        return Trouble(TroubleKind.GARBAGE, "the clearing house's answer cannot be read")
    return error


def _never_connected(error: Exception, http: Any) -> bool:
    return isinstance(error, http.exceptions.ConnectionError) and "NewConnectionError" in repr(error)


def _refusal_or_trouble(status: int, text: str, retry_after: str) -> Exception:
    errors = _errors(text)
    if status in {400, 422} and errors:
        if any(code in ITS_OWN_FAULTS for code, _ in errors):
            return Trouble(TroubleKind.OUTCOME_UNKNOWN, f"the clearing house failed: {errors[0][1]}")
        return CoinSaysNo(tuple((str(code), words) for code, words in errors))
    # Each call is a write.
    return trouble_of(status, "the clearing house", write=True, pause=pause_of(retry_after))


def _errors(text: str) -> list[tuple[int, str]]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return []
    listed = body.get("errors") if isinstance(body, Mapping) else None
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return [(row["code"], line_of(row.get("message"))) for row in rows if isinstance(row.get("code"), int)]

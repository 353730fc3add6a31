"""COIN's stream of messages: each is kept, then confirmed, then left behind; a break anywhere only repeats some."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

from carriers.coin_client import CoinAccess, new_sender, told
from carriers.coin_port_outs import leaving
from carriers.coin_reading import delayed_reason
from carriers.coin_words import DELAYED, DOSSIER, FOR_ALL, line_of, moment
from carriers.contract import Trouble, TroubleKind
from carriers.crash import crash_point
from carriers.journal import Arrived, Inlet

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
# A message that was put away in the database takes a moment; one that takes this long never will.
PATIENCE = 60.0
LONGEST_RAW = 64 * 1024
T = TypeVar("T")


class CoinStream:
    """Reads for as long as its process lives; the SDK blocks, so it has a thread of its own."""

    def __init__(self, access: CoinAccess, inlet: Inlet, now: Callable[[], datetime]) -> None:
        self._access = access
        self._inlet = inlet
        self._now = now
        self._stop = threading.Event()
        self._sender: Any = None

    async def run(self, stop: asyncio.Event) -> None:
        """Ends soon after the event is set."""
        self._loop = asyncio.get_running_loop()
        # A daemon: it can hang in a read, and a process that is told to end does not wait for that.
        thread = threading.Thread(target=self._keep_following, name="coin-stream", daemon=True)
        thread.start()
        await stop.wait()
        self._stop.set()

    def _keep_following(self) -> None:
        """Whatever ends the stream, it is begun again, after growing pauses."""
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            why = self._follow()
            if self._stop.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            log.warning("the clearing house's stream ended (%s); it is opened again in %.1f s", why, pause)
            self._stop.wait(pause)

    def _follow(self) -> str:
        """Why it ended."""
        receiving = importlib.import_module("carriers.coin_receiver")
        try:
            self._sender = self._sender or new_sender(self._access)
            config = self._access.config(retries=3, pause=FIRST_PAUSE)
            receiving.CoinReceiver(config, self._take, self, self._stop.is_set).follow()
        except receiving.Stopped:
            return "stopped"
        except receiving.NoStream as error:
            return str(error)
        except Exception as error:
            trouble = told(error)
            return str(trouble) if isinstance(trouble, Trouble) else f"{type(error).__name__}: {error}"
        return "no connection"

    def _take(self, event: Any) -> None:
        arrived = self._read(event)
        self._wait_for(self._inlet.keep(arrived))
        crash_point("after_stream_inbox")
        if event.id:
            self._confirm(event.id)
        crash_point("after_stream_confirm")

    def _confirm(self, message_id: str) -> None:
        """A confirmation that can never be had must not stop what comes after."""
        try:
            self._sender.confirm_receipt(message_id)
        except Exception as error:
            trouble = told(error)
            if isinstance(trouble, Trouble) and trouble.kind is not TroubleKind.NOT_FOUND:
                raise
            log.warning("the clearing house takes no confirmation of %s: %s", message_id, trouble)

    def get(self) -> str:
        return self._wait_for(self._inlet.offset())

    def put(self, offset: str) -> None:
        self._wait_for(self._inlet.keep_offset(offset))
        crash_point("after_stream_offset")

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        waiting: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return waiting.result(PATIENCE)

    def _read(self, event: Any) -> Arrived:
        kind = line_of(event.type.lower().removesuffix("-v3"))[:60]
        body = None if event.cut else read_body(kind, event.text)
        dossier = str(body.get("dossierid") or "") if body else ""
        comment = delayed_reason(body).text if body and kind == DELAYED else ""
        # The id alone would do, if no network ever began to count anew.
        key = f"{event.id}-{hashlib.sha256(f'{event.type} {event.text}'.encode()).hexdigest()[:24]}"[-200:]
        return Arrived(
            key=key,
            kind=kind,
            carrier_order_id=dossier if DOSSIER.fullmatch(dossier) else "",
            said_at=moment(body.get("said")) or self._now() if body else self._now(),
            raw=event.text[:LONGEST_RAW],
            body=body,
            comment=comment,
            for_all=kind in FOR_ALL,
            leaving=leaving(kind, body, key, self._access.sender.operator, self._now()) if body else None,
        )


def read_body(kind: str, text: str) -> Mapping[str, Any] | None:
    """The message's own fields, with who said it and when beside them; None for what cannot be read."""
    try:
        message = json.loads(text)["message"]
        body, header = message["body"][kind], message["header"]
        sender = header["sender"]["networkoperator"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    return {**body, "said": header.get("timestamp"), "sender": sender}

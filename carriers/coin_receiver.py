"""The SDK's stream of COIN's messages, made to bear garbage and messages without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import requests
import sseclient
from coin_sdk.number_portability.domain import ConfirmationStatus, MessageType
from coin_sdk.number_portability.receiver import OffsetPersister, Receiver
from coin_sdk.number_portability.utils import get_stream

from carriers.coin_calls import KeepsErrors

LONGEST_MESSAGE = 1024 * 1024
CHUNK = 16 * 1024
TYPES = (
    MessageType.PORTING_REQUEST_ANSWER_V3, MessageType.PORTING_REQUEST_ANSWER_DELAYED_V3,
    MessageType.PORTING_PERFORMED_V3, MessageType.CANCEL_V3, MessageType.ERROR_FOUND_V3, MessageType.DEACTIVATION_V3,
)  # fmt: skip


class NoStream(Exception):
    """What came instead of a stream."""


class Stopped(Exception):
    """The stream was to end."""


@dataclass(frozen=True)
class Event:
    """One message as it came: its id, its type, its text; `cut` when it was longer than we read."""

    id: str
    type: str
    text: str
    cut: bool


class Offsets(Protocol):
    """How far the stream was read."""

    def get(self) -> str: ...
    def put(self, offset: str) -> None: ...


class EventSource:
    """The bytes of a response, at most so many of one message: what is longer loses its end, not its id."""

    def __init__(self, response: requests.Response, is_stopped: Callable[[], bool]) -> None:
        self._response = response
        self._is_stopped = is_stopped
        self._size = 0
        self.cut = False

    def __iter__(self) -> Iterator[bytes]:
        """Whole lines, so that the SDK's reader never joins a long one out of small pieces."""
        line = bytearray()
        for chunk in self._response.iter_content(CHUNK):
            if self._is_stopped():
                raise Stopped
            for piece in chunk.splitlines(keepends=True):
                line += piece[: max(LONGEST_MESSAGE - len(line), 0)]
                if piece.endswith((b"\n", b"\r")):
                    yield from self._fitting(line)
                    line = bytearray()

    def close(self) -> None:
        self._response.close()

    def _fitting(self, line: bytearray) -> Iterator[bytes]:
        """The line where it fits; of a message that is too long only what says which one it is."""
        if not line.endswith((b"\n", b"\r")):
            self.cut = True
            self._size = LONGEST_MESSAGE
            yield bytes(line) + b"\n"
            return
        self._size = self._size + len(line) if line.strip() else 0
        if self._size <= LONGEST_MESSAGE or line.startswith((b"id:", b"event:")):
            yield bytes(line)
        elif not self.cut:
            self.cut = True
            yield b"data: (cut)\n"


class CoinReceiver(Receiver):  # type: ignore[misc]  # the SDK has no types
    """`take` gets each message; only when it returns is the message's offset put down."""

    def __init__(
        self, config: Any, take: Callable[[Event], None], offsets: Offsets, is_stopped: Callable[[], bool]
    ) -> None:
        super().__init__(config)
        self._take = take
        self._offsets = offsets
        self._is_stopped = is_stopped
        self._source: EventSource | None = None
        self._error_handler = KeepsErrors()

    def follow(self) -> None:
        """Reads until the connection is lost more often than the SDK tries, which returns as if all were well."""
        offset = self._offsets.get()
        # At the very first only what nobody has confirmed: the network keeps years of messages.
        wanted = ConfirmationStatus.ALL if offset else ConfirmationStatus.UNCONFIRMED
        self.start_stream(offset or None, wanted, _persister(self._offsets), message_types=list(TYPES))

    def _connect(self, offset: Any, confirmation_status: Any, message_types: Any, retries_left: Any) -> None:
        if self._is_stopped():
            raise Stopped
        wanted = confirmation_status if offset else ConfirmationStatus.UNCONFIRMED
        response = get_stream(self._config.sse_url, offset or None, wanted, message_types, self._security_service)
        with response:
            self._error_handler.handle_http_error(response)
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise NoStream("the clearing house answers something that is no stream")
            self._source = EventSource(response, self._is_stopped)
            # Any bytes are Latin-1: what is no UTF-8 must not end the stream, again and again at the same message.
            client = sseclient.SSEClient(self._source, char_enc="latin-1")  # type: ignore[arg-type]
            retries_left.reset()
            self._consume_stream(client)

    def _process_event(self, event: Any) -> None:
        cut = self._source.cut if self._source else False
        if self._source:
            self._source.cut = False
        text = event.data.encode("latin-1").decode("utf-8", "replace")
        self._take(Event(event.id or "", event.event, text, cut))
        if event.id:
            self._persist_offset(event.id)

    # The SDK wants a method for each kind of message; all of them come by `_process_event`.
    def on_keep_alive(self, message_id: Any) -> None: ...
    def on_porting_request(self, message_id: Any, message: Any) -> None: ...
    def on_porting_request_answer(self, message_id: Any, message: Any) -> None: ...
    def on_porting_request_answer_delayed(self, message_id: Any, message: Any) -> None: ...
    def on_porting_performed(self, message_id: Any, message: Any) -> None: ...
    def on_deactivation(self, message_id: Any, message: Any) -> None: ...
    def on_cancel(self, message_id: Any, message: Any) -> None: ...
    def on_error_found(self, message_id: Any, message: Any) -> None: ...
    def on_activation_service_number(self, message_id: Any, message: Any) -> None: ...
    def on_deactivation_service_number(self, message_id: Any, message: Any) -> None: ...
    def on_tariff_change_service_number(self, message_id: Any, message: Any) -> None: ...
    def on_range_activation(self, message_id: Any, message: Any) -> None: ...
    def on_range_deactivation(self, message_id: Any, message: Any) -> None: ...
    def on_enum_activation_number(self, message_id: Any, message: Any) -> None: ...
    def on_enum_activation_range(self, message_id: Any, message: Any) -> None: ...
    def on_enum_activation_operator(self, message_id: Any, message: Any) -> None: ...
    def on_enum_deactivation_number(self, message_id: Any, message: Any) -> None: ...
    def on_enum_deactivation_range(self, message_id: Any, message: Any) -> None: ...
    def on_enum_deactivation_operator(self, message_id: Any, message: Any) -> None: ...
    def on_enum_profile_activation(self, message_id: Any, message: Any) -> None: ...
    def on_enum_profile_deactivation(self, message_id: Any, message: Any) -> None: ...


def _persister(offsets: Offsets) -> type[Any]:
    """The SDK wants a class of its own, which it makes an object of without arguments."""

    class Persister(OffsetPersister):  # type: ignore[misc]  # the SDK has no types
        def persist_offset(self, offset: str) -> None:
            offsets.put(offset)

        def get_persisted_offset(self) -> str:
            return offsets.get()

    return Persister

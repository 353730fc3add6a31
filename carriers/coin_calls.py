"""The SDK of COIN as it is used here: with time limits, bounded answers, errors that keep their words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from coin_sdk.common.sendrequest import ErrorHandler
from coin_sdk.number_portability.messages.cancel import CancelBuilder
from coin_sdk.number_portability.messages.portingperformed import PortingPerformedBuilder
from coin_sdk.number_portability.messages.portingrequest import PortingRequestBuilder
from coin_sdk.number_portability.npconfig import NpConfig
from coin_sdk.number_portability.sender import Sender

from carriers.coin_messages import CLEARING_HOUSE, Outgoing
from carriers.coin_messages import Sender as Who
from carriers.coin_words import CANCEL, PERFORMED

CONNECT_SECONDS = 5.0
LONGEST_ANSWER = 256 * 1024

# The SDK logs whole messages, and at the root logger the shared key itself.
for noisy in ("coin_sdk", "sseclient"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)
logging.getLogger().addFilter(lambda record: not isinstance(record.msg, bytes))


class HttpAnswer(Exception):
    """An answer that is no 200, with its body, which the SDK would lose."""

    def __init__(self, status: int, text: str, retry_after: str) -> None:
        super().__init__(str(status))
        self.status = status
        self.text = text
        self.retry_after = retry_after


class TooLong(ValueError):
    """An answer that goes on and on."""


class KeepsErrors(ErrorHandler):  # type: ignore[misc]  # the SDK has no types
    """Raises HttpAnswer for whatever is no 200."""

    def handle_http_error(self, response: requests.Response) -> None:
        if response.status_code != 200:
            raise HttpAnswer(response.status_code, response.text, response.headers.get("retry-after", ""))

    def error_message_to_object(self, error_message: Any) -> None: ...
    def on_connection_error(self, status: int, description: str, response: Any) -> None: ...
    def on_not_found(self, error_object: Any, response: Any) -> None: ...
    def on_other_error(self, status: int, description: str, response: Any) -> None: ...


class BoundedSender(Sender):  # type: ignore[misc]  # the SDK has no types
    """The SDK's sender, which of itself waits for ever, reads without end, and sends nulls that the schema forbids."""

    def __init__(self, config: NpConfig, seconds: float) -> None:
        super().__init__(config, error_handler=KeepsErrors())
        self._seconds = seconds

    def send(self, who: Who, message: Outgoing) -> str:
        """The transaction's id. Raises HttpAnswer, requests' errors, and ValueError for an answer that is none."""
        return _transaction(self.send_message(_built(who, message)))

    def confirm_receipt(self, message_id: str) -> None:
        """COIN need not send the message again. Raises as `send` does."""
        _transaction(self.confirm(message_id))

    def _send_request(self, request: Callable[..., requests.Response], url: str, json: Mapping[str, Any]) -> Any:
        return super()._send_request(_bounded(request, self._seconds), url, without_nulls(json))


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _bounded(request: Callable[..., requests.Response], seconds: float) -> Callable[..., requests.Response]:
    def call(url: str, **how: Any) -> requests.Response:
        end = time.monotonic() + seconds
        limits = {"timeout": (CONNECT_SECONDS, seconds), "stream": True, "allow_redirects": False}
        with request(url, **how, **limits) as response:
            body = bytearray()
            for chunk in response.iter_content(8192):
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise TooLong("the answer is too long")
                if time.monotonic() > end:
                    raise requests.ReadTimeout("the answer takes too long")
            # As `requests` itself does when it reads a body whole; the encoding spares a guess over all of it.
            response._content = bytes(body)
            response.encoding = "utf-8"
            return response

    # The SDK signs the method by the function's name.
    call.__name__ = request.__name__
    return call


def _transaction(answer: Any) -> str:
    found = getattr(answer, "transactionId", None)
    if not isinstance(found, str):
        raise ValueError("the answer bears no transaction")
    return found


def _built(who: Who, message: Outgoing) -> Any:
    body = message.body
    if message.kind == CANCEL:
        builder: Any = CancelBuilder().set_dossierid(body["dossierid"])
    elif message.kind == PERFORMED:
        builder = _performed(body)
    else:
        builder = _requested(body)
    built = builder.set_header(who.operator, CLEARING_HOUSE, who.provider or None).build()
    # The SDK takes the machine's clock and zone; a message bears the time by which its case is run.
    built.get_message().header.timestamp = message.timestamp
    return built


def _requested(body: Mapping[str, Any]) -> Any:
    builder = PortingRequestBuilder().set_dossierid(body["dossierid"])
    builder.set_recipientnetworkoperator(body["recipientnetworkoperator"])
    builder.set_recipientserviceprovider(body.get("recipientserviceprovider"))
    if "customerinfo" in body:
        builder.set_customerinfo(**body["customerinfo"])
    for start, end in body["series"]:
        builder.add_porting_request_seq().set_number_series(start, end).finish()
    return builder


def _performed(body: Mapping[str, Any]) -> Any:
    builder = PortingPerformedBuilder().set_dossierid(body["dossierid"])
    builder.set_recipientnetworkoperator(body["recipientnetworkoperator"])
    builder.set_donornetworkoperator(body["donornetworkoperator"]).set_actualdatetime(body["actualdatetime"])
    for start, end in body["series"]:
        builder.add_porting_performed_seq().set_number_series(start, end).finish()
    return builder

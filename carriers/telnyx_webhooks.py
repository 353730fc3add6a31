"""Telnyx's webhooks: whether one comes from Telnyx, and what it hints at."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from carriers.contract import BadSignature, Hint, Trouble, TroubleKind
from carriers.telnyx_reading import hint

SIGNATURE = "telnyx-signature-ed25519"
TIMESTAMP = "telnyx-timestamp"
TOLERANCE = timedelta(seconds=300)


def verified_hint(headers: Mapping[str, str], body: bytes, public_key: str, now: datetime) -> Hint:
    """The hint in a webhook. Raises BadSignature; Trouble for a signed body that cannot be read."""
    _verify(headers, body, public_key, now)
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Trouble(TroubleKind.GARBAGE, "the carrier's webhook is no JSON") from error
    event = envelope.get("data") if isinstance(envelope, dict) else None
    if not isinstance(event, dict):
        raise Trouble(TroubleKind.GARBAGE, "the carrier's webhook bears no event")
    return hint(event, now)


def _verify(headers: Mapping[str, str], body: bytes, public_key: str, now: datetime) -> None:
    """Done here and not by the SDK, whose check knows the wall clock only: the sandbox's clock is another."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, signature = given.get(TIMESTAMP, ""), given.get(SIGNATURE, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignature("The webhook bears no timestamp.")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise BadSignature("The webhook's timestamp is too far from now.")
    try:
        key = VerifyKey(base64.b64decode(public_key, validate=True))
        key.verify(timestamp.encode() + b"|" + body, base64.b64decode(signature, validate=True))
    except (BadSignatureError, ValueError, TypeError) as error:
        raise BadSignature("The webhook's signature does not fit.") from error

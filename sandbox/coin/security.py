"""Who calls the clearing house: the signature over the request, and the token in its cookie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import jwt
from starlette.requests import Request

from sandbox.coin.keys import CONSUMER, Keys

TOLERANCE_SECONDS = 300.0
_FIELD = re.compile(r'(\w+)="([^"]*)"')


class Security:
    """Checked by the machine's clock, as the SDK signs by it, whatever the rehearsal's clock says."""

    def __init__(self, keys: Keys) -> None:
        self._public = keys.public_key()
        self._secret = keys.shared_secret()

    def fault(self, request: Request, body: bytes) -> str:
        """What is wrong with the call's papers; "" when all is well."""
        headers = request.headers
        said = dict(_FIELD.findall(headers.get("authorization", "")))
        digest = f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}"
        line = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        signed = f"digest: {digest}\nx-date: {headers.get('x-date', '')}\n{request.method} {line} HTTP/1.1"
        expected = base64.b64encode(hmac.new(self._secret, signed.encode(), hashlib.sha256).digest()).decode()
        if said.get("username") != CONSUMER or not hmac.compare_digest(said.get("signature", ""), expected):
            return "the signature does not fit"
        if headers.get("digest") != digest or not _is_fresh(headers.get("x-date", "")):
            return "digest or date do not fit"
        try:
            jwt.decode(
                request.cookies.get("jwt", ""), self._public, algorithms=["RS256"], issuer=CONSUMER,
                options={"require": ["exp", "nbf", "iss"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            return f"the token is not right: {error}"
        return ""


def _is_fresh(date: str) -> bool:
    try:
        return abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()) < TOLERANCE_SECONDS
    except (ValueError, TypeError):
        return False

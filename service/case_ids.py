"""Names for new things: sortable by time for cases, derived from the call for what a repeated call must name alike."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

# Crockford's base32: no I, L, O, U, so that an id can be read out on the telephone.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TIME_SIGNS, CHANCE_SIGNS = 9, 7
DERIVED_SIGNS = 16


def base32(value: int, length: int) -> str:
    """The lowest `5 * length` bits, highest first."""
    return "".join(SIGNS[value >> 5 * place & 31] for place in reversed(range(length)))


def new_case_id(at: datetime) -> str:
    """`PC-`, the millisecond, then chance: ids sort as cases were opened, and cannot be guessed."""
    millisecond = int(at.timestamp() * 1000)
    return f"PC-{base32(millisecond, TIME_SIGNS)}{base32(secrets.randbits(5 * CHANCE_SIGNS), CHANCE_SIGNS)}"


def derived_id(prefix: str, *parts: str) -> str:
    """The same id for the same parts: a call that is sent again writes the same row and no second one."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return f"{prefix}-{base32(int.from_bytes(digest), DERIVED_SIGNS)}"


def new_id(prefix: str) -> str:
    return f"{prefix}-{base32(secrets.randbits(5 * DERIVED_SIGNS), DERIVED_SIGNS)}"

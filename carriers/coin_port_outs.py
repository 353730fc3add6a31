"""Which of COIN's messages say that numbers leave us, for whom, and on which day (R38).

    deactivation                              the numbers are given up with us, or leave for who has them now
    portingperformed, with us as the donor    the winning carrier has carried the port out
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from carriers.coin_messages import CLEARING_HOUSE
from carriers.coin_reading import seqs_spans
from carriers.coin_words import DEACTIVATION, DOSSIER, PERFORMED, ZONE, line_of, moment
from carriers.journal import Leaving

# A day further off than that is a slip of the pen: the numbers leave now.
FARTHEST = timedelta(days=366)


def leaving(kind: str, body: Mapping[str, Any], key: str, us: str, now: datetime) -> Leaving | None:
    """None for a message that says nothing of the kind. `key` stands in for a dossier id that is none."""
    if kind == PERFORMED:
        is_ours = line_of(body.get("donornetworkoperator")) == us
        winner = line_of(body.get("recipientnetworkoperator"))
    else:
        is_ours = kind == DEACTIVATION
        winner = _whose_they_become(body, us)
    spans = tuple(dict.fromkeys(seqs_spans(body)))
    if not is_ours or winner == us or not spans:
        return None
    at = moment(body.get("actualdatetime")) or moment(body.get("said")) or now
    at = at if abs(at - now) < FARTHEST else now
    dossier = str(body.get("dossierid") or "")
    message_id = f"{kind}/{dossier}" if DOSSIER.fullmatch(dossier) else key
    return Leaving(message_id=message_id, spans=spans, leaves_on=at.astimezone(ZONE).date(), winning_carrier=winner)


def _whose_they_become(body: Mapping[str, Any], us: str) -> str:
    """Who has them now, or had them at first; empty when nobody but us is named."""
    named = (line_of(body.get(name)) for name in ("currentnetworkoperator", "originalnetworkoperator", "sender"))
    return next((one for one in named if one and one not in (us, CLEARING_HOUSE)), "")

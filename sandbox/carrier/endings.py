"""Numbers that pick a script by how they end: the last four digits, of a range the four before its X."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# An order of more lines than this holds every ending by chance, so none of them counts there.
MOST_LINES = 100


@dataclass(frozen=True)
class Ending:
    """What such a number rehearses, and the script that does it."""

    says: str
    steps: tuple[Mapping[str, Any], ...]


def _wrong(*codes: str) -> Mapping[str, Any]:
    return {"after": "1bd", "do": "exception", "codes": list(codes)}


_CONFIRM: Mapping[str, Any] = {"do": "confirm"}
_FAIL: Mapping[str, Any] = {"do": "fail_activation"}
_ACKNOWLEDGE: Mapping[str, Any] = {"do": "acknowledge"}

ENDINGS: Mapping[str, Ending] = {
    "9001": Ending("the PIN is wrong; right once corrected", (_wrong("PASSCODE_PIN_INVALID"),)),
    "9002": Ending("the account number is wrong", (_wrong("ACCOUNT_NUMBER_MISMATCH"),)),
    "9003": Ending("the name differs from the bill", (_wrong("ENTITY_NAME_MISMATCH"),)),
    "9004": Ending("the address differs", (_wrong("LOCATION_MISMATCH"),)),
    "9005": Ending("the postal code differs", (_wrong("POSTAL_CODE_MISMATCH"),)),
    "9006": Ending("the letter of authorisation cannot be read", (_wrong("LOA_ILLEGIBLE"),)),
    "9007": Ending("the numbers are not all on the account", (_wrong("PHONE_NUMBER_MISMATCH"),)),
    "9008": Ending("PIN and account number are wrong", (_wrong("PASSCODE_PIN_INVALID", "ACCOUNT_NUMBER_MISMATCH"),)),
    "9009": Ending(
        "the PIN is wrong twice", (_wrong("PASSCODE_PIN_INVALID"), _wrong("PASSCODE_PIN_INVALID"))
    ),
    "9010": Ending("refused for good: not portable", ({"after": "2bd", "do": "reject"},)),
    "9011": Ending(
        "the donor does not answer for a week", (_wrong("OSP_IRRESPONSIVE"), {"after": "5bd", "do": "resume"})
    ),
    "9012": Ending("the carrier never says a word", ({"do": "stay_silent"},)),
    "9013": Ending("the carrier moves the date", (_CONFIRM, {"after": "1bd", "do": "move_date", "date": "+12bd"})),
    "9014": Ending("a date change is declined", ({"do": "decline_date_change"},)),
    "9015": Ending("a date change is answered with another date", ({"do": "counter_date", "date": "+12bd"},)),
    "9016": Ending("the cut-over fails and is repaired", (_FAIL, {"after": "1d", "do": "activate"})),
    "9017": Ending("the cut-over fails for good", (_FAIL,)),
    "9018": Ending("no word of the activation comes", (_CONFIRM, {"do": "stay_silent"})),
    "9019": Ending("the activation comes six hours late", ({"do": "activate", "late": "6h"},)),
    "9020": Ending("the carrier cancels", ({"after": "2bd", "do": "cancel"},)),
    "9021": Ending("split off from the other lines of its order", ({"after": "2bd", "do": "split"},)),
    "9022": Ending("the carrier fails once (500)", ({"do": "http_500"},)),
    "9023": Ending("the carrier takes the order and then fails (500)", ({"do": "http_500_after_write"},)),
    "9024": Ending("the carrier is down for two days", ({"do": "http_500", "for": "2d"},)),
    "9025": Ending("the carrier takes the order and does not answer in time", ({"do": "timeout"},)),
    "9026": Ending("the carrier is busy (429)", ({"do": "rate_limit"},)),
    "9027": Ending("the carrier answers with a web page", ({"do": "garbage"},)),
    "9028": Ending(
        "a status that nobody knows, then as usual",
        ({"after": "1h", "do": "unknown_status", "status": "under-review"},),
    ),
    "9029": Ending("the webhook of the confirmation is lost", (_ACKNOWLEDGE, {"do": "drop_webhook"})),
    "9030": Ending("the webhook of the confirmation comes twice", (_ACKNOWLEDGE, {"do": "duplicate_webhook"})),
    "9031": Ending("the first two webhooks come in the wrong order", ({"do": "reorder_webhooks"},)),
    "9032": Ending("the first webhook is signed too long ago", ({"do": "stale_signature"},)),
    "9033": Ending(
        "the carrier writes a comment", ({"after": "1bd", "do": "comment", "text": "The donor asks for patience."},)
    ),
    "9034": Ending(
        "the confirmed date lapses", (_CONFIRM, {"after": "1bd", "do": "exception", "codes": ["FOC_EXPIRED"]})
    ),
    "9035": Ending(
        "the carrier confirms a date that is over, and two days later one that can be",
        ({"after": "1bd", "do": "confirm", "date": "-3d"}, {"after": "2bd", "do": "move_date", "date": "+8bd"}),
    ),
}


def ending_of(line: str) -> Ending | None:
    """The ending of a line as ordered, `+4989129010` or `+49891290101X`."""
    return ENDINGS.get(line.rstrip("X")[-4:])

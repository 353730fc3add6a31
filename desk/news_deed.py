"""What a carrier said by phone or letter, entered by care: the manual door for markets without an interface (R43)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from desk import reading, words
from desk.case_view import Fact, is_open
from desk.deeds import Check, Json
from desk.forms import Reading
from desk.news_source import BLANK, correctable, read_source, source_facts
from desk.visits import Visit
from porting.commands import NewsKind
from porting.reasons import VOCABULARY, Reason, reason
from service.calls import Call

REASON_ROWS = 2

KINDS: Mapping[NewsKind, str] = {
    NewsKind.ACKNOWLEDGED: "It has the order, and the donor is deciding",
    NewsKind.MISSING_DATA: "Something is missing or wrong",
    NewsKind.CONFIRMED: "The date is confirmed",
    NewsKind.DATE_MOVED: "The confirmed date is moved",
    NewsKind.DATE_DECLINED: "The date change is declined",
    NewsKind.REJECTED: "The port is refused for good",
    NewsKind.ACTIVATED: "The numbers are ported",
    NewsKind.FAILED: "The cut-over failed",
    NewsKind.CANCELLED: "The order is cancelled",
    NewsKind.CANCELLATION_REFUSED: "The order is not cancelled",
}

OUTCOMES: Mapping[NewsKind, str] = {
    NewsKind.ACKNOWLEDGED: "The lines become PENDING APPROVAL.",
    NewsKind.MISSING_DATA: "The lines become MISSING DATA; the partner is asked, and the 30 days begin.",
    NewsKind.CONFIRMED: "The lines become CONFIRMED for that date; the partner gets it with a calendar file.",
    NewsKind.DATE_MOVED: "The new date stands at once; the partner gets it with a calendar file.",
    NewsKind.DATE_DECLINED: "The old date stands. A date given here counts as the carrier’s own proposal.",
    NewsKind.REJECTED: "The lines become REJECTED. That is final.",
    NewsKind.ACTIVATED: "The lines become COMPLETED. That is final.",
    NewsKind.FAILED: "The lines become PORTING INCOMPLETE and wait for care.",
    NewsKind.CANCELLED: "The lines become TERMINATED. That is final.",
    NewsKind.CANCELLATION_REFUSED: "The lines go on as they stand; the partner is told that the cancellation failed.",
}

NEED_DATE = (NewsKind.CONFIRMED, NewsKind.DATE_MOVED)
NEED_REASON = (NewsKind.MISSING_DATA, NewsKind.REJECTED)
FINAL = (NewsKind.REJECTED, NewsKind.ACTIVATED, NewsKind.CANCELLED)


class CarrierNews:
    """The form for it. What the case can take at this point, the rules say (R17)."""

    path: ClassVar[str] = "carrier-news"
    name: ClassVar[str] = "Enter carrier news"
    template: ClassVar[str] = "news.html"
    flash: ClassVar[str] = "news"
    fields: ClassVar[Mapping[str, str]] = {
        "move_not_allowed": "kind", "not_confirmed": "kind", "date_not_possible": "date", "invalid_number": "numbers",
        "unknown_number": "numbers", "range_cannot_be_split": "numbers",
    }  # fmt: skip

    def blank(self, visit: Visit) -> dict[str, Any]:
        return {"kind": "", "numbers": (), "date": "", "reasons": _rows([])} | BLANK

    def read(self, read: Reading) -> dict[str, Any]:
        kind = read.form.raw("kind")
        known = NewsKind(kind) if kind in set(NewsKind) else None
        if known is None:
            read.fault("kind", "Choose what the carrier said.")
        day = read.day("date", "the date that the carrier named", needed=known in NEED_DATE)
        rows = list(zip(read.form.all("code"), read.form.all("said"), strict=False))
        found = [_reason(code, said) for code, said in rows if code or said.strip()]
        if known in NEED_REASON and not found:
            read.fault("reasons", "Choose at least one reason.")
        return {
            "kind": kind, "numbers": read.lines("numbers"), "date": read.form.raw("date"), "day": day,
            "reasons": _rows(rows), "found": tuple(found),
        } | read_source(read)  # fmt: skip

    async def context(self, visit: Visit, case: Json, given: Json) -> dict[str, Any]:
        return {
            "lines": [line for line in case["lines"] if is_open(line)],
            "kinds": [{"value": kind.value, "text": text} for kind, text in KINDS.items()],
            "vocabulary": [{"code": code, "text": meaning.text} for code, meaning in VOCABULARY.items()],
            "entries": correctable(await reading.timeline_of(visit, case["id"])),
        }

    async def check(self, visit: Visit, case: Json, given: Json) -> Check:
        kind = NewsKind(given["kind"])
        lines = given["numbers"] or [line["number"] for line in case["lines"] if is_open(line)]
        facts = [Fact("The carrier said", KINDS[kind]), Fact("Lines", words.some(lines, 10))]
        facts += [Fact("Date", words.day(given["day"]))] if given["day"] else []
        facts += [Fact("Reason", one.text) for one in given["found"]] + source_facts(given["source"])
        told = "The partner is told by mail."
        return Check("Enter this?", facts, [OUTCOMES[kind], told], "Enter it", grave=kind in FINAL)

    async def do(self, visit: Visit, call: Call, given: Json) -> None:
        kind, numbers = NewsKind(given["kind"]), given["numbers"]
        await visit.parts.calls.carrier_news(call, kind, numbers, given["day"], given["found"], given["source"])


def _reason(code: str, said: str) -> Reason:
    words_of_carrier = " ".join(said.split())[:500]
    return reason(code if code in VOCABULARY else "OTHER", words_of_carrier)


def _rows(rows: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    filled = [{"code": code, "text": said} for code, said in rows[:10]]
    return filled + [{"code": "", "text": ""}] * max(0, REASON_ROWS - len(filled))

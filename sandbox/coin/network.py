"""What the simulated clearing house and its donors do with a dossier, and when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from porting.numbers import NumberRange
from sandbox.carrier.days import Days
from sandbox.carrier.script import DateRule, Span
from sandbox.carrier.store import instant, stamp
from sandbox.coin.script import Kind, Step
from sandbox.coin.store import Dossier, Script, Store

ZONE = ZoneInfo("Europe/Amsterdam")
PLACE = "NL@Europe/Amsterdam"
DONOR = "DONR"
WINNER = "WINR"
STRANGE = "enumactivationrange"
SOON = timedelta(seconds=10)
ANSWERED_AFTER = Span(business_days=1)
FIRST_POSSIBLE = DateRule(days=3, in_business_days=True)
DELAYED_BY = DateRule(days=2, in_business_days=True)
_SHAPES = {"duplicate_message": "twice", "reorder_messages": "held", "drop_stream": "drop", "repeat_stream": "repeat"}


def e164(national: str) -> str:
    return f"+31{national[1:]}"


def members(series: tuple[str, str]) -> list[str]:
    """Each number of a series, E.164."""
    return [f"+{number}" for number in range(int(e164(series[0])[1:]), int(e164(series[1])[1:]) + 1)]


def written(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y%m%d%H%M%S")


class Network:
    """One executor of what is due; every message goes out through `tell`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._days = Days(now)

    def requested(self, body: Mapping[str, Any], sender: str, at: datetime) -> None:
        """A portingrequest; the same dossier again is told as an error."""
        if self._store.dossier(body["dossierid"]):
            self.error(body["dossierid"], "DUPLICATE", "The dossier id is a duplicate.", at)
            return
        series = [(row["seq"]["numberseries"]["start"], row["seq"]["numberseries"]["end"]) for row in body["repeats"]]
        dossier = Dossier(body["dossierid"], stamp(at), series, sender, PLACE)
        dossier.script = next((key for key in map(line_of, series) if self._store.script(key)), "")
        self.save(dossier)

    def cancelled(self, body: Mapping[str, Any], at: datetime) -> None:
        dossier = self._store.dossier(body["dossierid"])
        if dossier is None or dossier.is_over:
            self.error(body["dossierid"], "NOT_OPEN", "There is no open dossier with this id.", at)
            return
        dossier.status = "cancelled"
        self.save(dossier)

    def performed(self, body: Mapping[str, Any], at: datetime) -> None:
        dossier = self._store.dossier(body["dossierid"])
        told = [(row["seq"]["numberseries"]["start"], row["seq"]["numberseries"]["end"]) for row in body["repeats"]]
        if dossier and {start for start, _ in told} <= set(dossier.ported):
            self.error(body["dossierid"], "DUPLICATE", "These numbers are reported already.", at)
            return
        allowed = set(dossier.days) if dossier and not dossier.is_over else set()
        if dossier is None or not {start for start, _ in told} <= allowed:
            self.error(body["dossierid"], "NOT_AGREED", "The donor has not agreed to these numbers.", at)
            return
        dossier.ported = sorted({*dossier.ported, *(start for start, _ in told)})
        if set(dossier.days) <= set(dossier.ported):
            dossier.status = "ported"
            self._count_from(dossier, at)
        self.save(dossier)

    def next_due(self) -> datetime | None:
        found = self._store.next_due()
        return found[0] if found else None

    def perform(self, until: datetime) -> bool:
        """The next thing that is due by then; whether there was one."""
        found = self._store.next_due()
        if found is None or found[0] > until:
            return False
        with self._store.transaction():
            dossier = self._store.dossier(found[1])
            assert dossier is not None
            self._act(dossier, found[0])
        return True

    def save(self, dossier: Dossier) -> None:
        script = self._store.script(dossier.script)
        rests = dossier.is_over and (dossier.status != "ported" or self._next(dossier, script) is None)
        self._store.save(dossier, None if rests else self._due(dossier, script))

    def _next(self, dossier: Dossier, script: Script | None) -> int | None:
        """The step whose turn it is. Numbers can leave only once they were ported, and then nothing else happens."""
        index = script.next_timeline() if script else None
        if script is None or index is None:
            return None
        return index if (script.steps[index].do == "deactivate") == (dossier.status == "ported") else None

    def _count_from(self, dossier: Dossier, at: datetime) -> None:
        """What comes next in its script comes so long after that."""
        script = self._store.script(dossier.script)
        if script is not None:
            script.base = max(script.base, at)
            self._store.save_script(script)

    def _due(self, dossier: Dossier, script: Script | None) -> datetime | None:
        index = self._next(dossier, script)
        arrived = instant(dossier.arrived_at)
        base = max(arrived, script.base) if script else arrived
        if script is not None and index is not None:
            step = script.steps[index]
            if step.after is not None:
                return self._days.later(base, step.after, dossier.place)
            answers = step.do == "answer" and not dossier.days
            return self._days.later(base, ANSWERED_AFTER, dossier.place) if answers else base + SOON
        if dossier.silent or dossier.days:
            return None
        return self._days.later(base, ANSWERED_AFTER, dossier.place)

    def _act(self, dossier: Dossier, at: datetime) -> None:
        script = self._store.script(dossier.script)
        index = self._next(dossier, script)
        step = script.steps[index] if script and index is not None else Step(do="answer")
        if script and index is not None:
            script.used.add(index)
            script.base = max(script.base, at)
            self._store.save_script(script)
        dossier.silent = False
        _ACTS[step.do](self, dossier, step, at)
        self.save(dossier)

    def _delay(self, dossier: Dossier, step: Step, at: datetime) -> None:
        due = self._days.day(step.date or DELAYED_BY, at, dossier.place)
        dossier.status = "delayed"
        code = {"reasoncode": step.codes[0]} if step.codes else {}
        body = {"dossierid": dossier.id, "donornetworkoperator": DONOR, "answerduedatetime": f"{due:%Y%m%d}170000"}
        self.tell("pradelayed", {**body, **code}, dossier, at)

    def _answer(self, dossier: Dossier, step: Step, at: datetime) -> None:
        """Every series gets its day or its code; a `block` without numbers blocks them all."""
        hit = {start for start, _ in dossier.series} if step.do == "block" and not step.numbers else set()
        hit |= {s[0] for s in dossier.series if set(members(s)) & {n for line in step.numbers for n in _numbers(line)}}
        day = self._days.day(step.date or FIRST_POSSIBLE, at, dossier.place)
        repeats = [{"seq": self._verdict(dossier, series, step, day, series[0] in hit)} for series in dossier.series]
        dossier.status = "answered" if dossier.days else "blocked"
        body = {"dossierid": dossier.id, "blocking": "N" if dossier.days else "Y", "repeats": repeats}
        self.tell("portingrequestanswer", body, dossier, at)

    def _verdict(
        self, dossier: Dossier, series: tuple[str, str], step: Step, day: date, blocked: bool
    ) -> dict[str, Any]:
        start, end = series
        seq: dict[str, Any] = {"numberseries": {"start": start, "end": end}, "donornetworkoperator": DONOR}
        if blocked:
            dossier.days.pop(start, None)
            dossier.blocked[start] = step.codes[0]
            return {**seq, "blockingcode": step.codes[0], **({"note": step.text} if step.text else {})}
        dossier.blocked.pop(start, None)
        dossier.days[start] = day.isoformat()
        return {**seq, "firstpossibledate": f"{day:%Y%m%d}000000"}

    def _cancel(self, dossier: Dossier, step: Step, at: datetime) -> None:
        dossier.status = "cancelled"
        note = {"note": step.text} if step.text else {}
        self.tell("cancel", {"dossierid": dossier.id, **note}, dossier, at)

    def _error(self, dossier: Dossier, step: Step, at: datetime) -> None:
        self.error(dossier.id, step.codes[0], step.text or "The clearing house found an error.", at)

    def _unknown(self, dossier: Dossier, step: Step, at: datetime) -> None:
        self.tell(STRANGE, {"dossierid": dossier.id}, dossier, at)

    def _be_silent(self, dossier: Dossier, step: Step, at: datetime) -> None:
        dossier.silent = True

    def _deactivate(self, dossier: Dossier, step: Step, at: datetime) -> None:
        """Another operator has the numbers from now on: all of the dossier's, or those that the step names."""
        winner = step.carrier or WINNER
        named = [(f"0{n[0][3:]}", f"0{n[-1][3:]}") for n in map(_numbers, step.numbers)]
        mark = hashlib.sha256(f"{dossier.id} {written(at)}".encode()).hexdigest()[:12].upper()
        body = {
            "dossierid": f"{winner}-{mark}", "currentnetworkoperator": winner,
            "repeats": [{"seq": {"numberseries": {"start": a, "end": b}}} for a, b in named or dossier.series],
        }  # fmt: skip
        self.tell("deactivation", body, dossier, at)

    def error(self, dossier_id: str, code: str, description: str, at: datetime) -> None:
        body = {"dossierid": dossier_id, "repeats": [{"seq": {"errorcode": code, "description": description}}]}
        self.tell("errorfound", body, self._store.dossier(dossier_id), at)

    def tell(self, type_: str, body: Mapping[str, Any], dossier: Dossier | None, at: datetime) -> None:
        """Puts a message into the stream, as the script wants it to come."""
        header = {
            "receiver": {"networkoperator": dossier.operator if dossier else "PRTD"},
            "sender": {"networkoperator": "CRDB" if type_ == "errorfound" else DONOR},
            "timestamp": written(at),
        }
        data = json.dumps({"message": {"header": header, "body": {type_: dict(body)}}})
        shape = self._shape(dossier, at)
        if shape == "garbage_message":
            self._store.add_event(f"{type_}-v3", data[: len(data) // 2])
        # What nobody listens for has to be sent all the same.
        self._store.add_event(f"{type_}-v3", data, "any" if type_ == STRANGE else _SHAPES.get(shape, ""))
        if shape != "reorder_messages":
            self._store.release_held()

    def _shape(self, dossier: Dossier | None, at: datetime) -> str:
        script = self._store.script(dossier.script) if dossier else None
        index = script.next_of(Kind.SHAPER) if script else None
        if script is None or index is None:
            return ""
        script.used.add(index)
        self._store.save_script(script)
        return script.steps[index].do


def line_of(series: tuple[str, str]) -> str:
    """A series as a partner orders it: `+31881234567`, or `+3188123456X`."""
    start, end = e164(series[0]), e164(series[1])
    same = next((i for i, (a, b) in enumerate(zip(start, end, strict=False)) if a != b), len(start))
    return start[:same] + "X" * (len(start) - same)


def _numbers(line: str) -> list[str]:
    return list(NumberRange(line).members())


_ACTS: Mapping[str, Callable[[Network, Dossier, Step, datetime], None]] = {
    "delay": Network._delay, "answer": Network._answer, "block": Network._answer, "cancel": Network._cancel,
    "error": Network._error, "unknown_message": Network._unknown, "stay_silent": Network._be_silent,
    "deactivate": Network._deactivate,
}  # fmt: skip

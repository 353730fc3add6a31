"""Tasks by hand on the desk: one page a task with all data, a sheet to print, and marking it done (R43)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from desk import reading
from desk.deeds import hidden, telling
from desk.forms import Fault, Reading
from desk.task_view import is_held, shown, typical
from desk.visits import Visit, no_case
from porting.portability import Portability
from porting.reasons import VOCABULARY, Reason, is_secret, reason
from service.hand_work import TaskReport
from storage import tasks

LONGEST_NOTE = 500
PORTABLE = {"yes": True, "no": False, "unknown": None}
# How many fields one answer can disagree with on the form; through the API it can be more.
REASON_ROWS = 4
RENEWED = Fault("", "What is to be passed on has changed while this page was open. Look again before you go on.")


async def show_task(visit: Visit) -> Response:
    return await _page(visit)


async def show_sheet(visit: Visit) -> Response:
    """The same on paper: nothing to click, and everything to read."""
    case = await reading.case_of(visit)
    return visit.page("task_sheet.html", case=case, task=shown(await _task(visit)))


async def finish(visit: Visit) -> Response:
    """Care did it."""
    read = Reading(visit.form)
    note = read.text("note", "what you did", LONGEST_NOTE)
    task = await _task(visit)
    if visit.form.raw("renewed") != _renewed(task) and task["status"] == "OPEN":
        return await _page(visit, [RENEWED])
    answers = _answers(read, task["numbers"]) if task["kind"] == "VALIDATE" else ()
    report = TaskReport(note, tuple(visit.form.all("documents")), answers)
    call = visit.call(visit.path("case_id"))
    faults = read.faults or await telling(visit.parts.calls.finish_task(call, task["id"], report), {})
    return await _page(visit, faults) if faults else visit.go(f"/desk/cases/{call.case_id}", "task")


def _answers(read: Reading, numbers: Sequence[str]) -> tuple[Portability, ...]:
    """One answer for each line of the task."""
    return tuple(_answer(read, at, number) for at, number in enumerate(numbers, 1))


def _answer(read: Reading, at: int, number: str) -> Portability:
    said = read.form.raw(f"portable-{at}")
    if said not in PORTABLE:
        read.fault(f"portable-{at}", f"Say whether {number} can be ported.")
    found = [_reason(read, f"{at}-{row}") for row in range(1, REASON_ROWS + 1)]
    return Portability(
        number=number, portable=PORTABLE.get(said), reasons=tuple(one for one in found if one),
        donor=read.text(f"donor-{at}", "who has it", 200, needed=False),
        earliest_date=read.day(f"earliest-{at}", "the earliest date", needed=False),
        valid_until=read.day(f"valid-{at}", "until when it holds", needed=False),
    )  # fmt: skip


def _reason(read: Reading, row: str) -> Reason | None:
    """One thing that the answer disagrees with; None where the row was left empty."""
    code = read.form.raw(f"code-{row}")
    words = read.text(f"said-{row}", "its words", LONGEST_NOTE, needed=False)
    theirs = read.text(f"theirs-{row}", "what it has", LONGEST_NOTE, needed=False)
    if code not in VOCABULARY:
        if words or theirs:
            read.fault(f"code-{row}", "Choose what this is about.")
        return None
    found = reason(code, words, donor_value=theirs)
    if theirs and is_secret(found):
        read.fault(f"theirs-{row}", "A PIN is kept nowhere but in the request: leave this empty.")
    return found


def _renewed(task: Mapping[str, Any]) -> str:
    """Which of its forms a page showed."""
    return task["renewed_at"].isoformat() if task["renewed_at"] else ""


async def _task(visit: Visit) -> dict[str, Any]:
    """The task that the address names. Raises Sorry."""
    async with visit.parts.database.read() as connection:
        task = await tasks.task(connection, visit.path("case_id"), visit.path("task_id"))
    if task is None:
        raise no_case("No such task")
    return task


async def _page(visit: Visit, faults: Sequence[Fault] = ()) -> Response:
    case = await reading.case_of(visit)
    form = {name: visit.form.raw(name) for name, _ in visit.form.pairs} | hidden(visit, case, faults)
    vocabulary = [{"code": code, "text": meaning.text} for code, meaning in VOCABULARY.items()]
    task = await _task(visit)
    form["renewed"] = _renewed(task)
    return visit.page(
        "task.html", 422 if faults else 200, case=case, task=shown(task), form=form, errors=faults,
        ticked=visit.form.all("documents"), vocabulary=vocabulary, typical=typical(case), held=is_held(task, case),
        rows=range(1, REASON_ROWS + 1),
    )  # fmt: skip

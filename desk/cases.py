"""The page of a case, its mails, its documents, and the comments written on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from desk import case_view, reading
from desk.deeds import hidden, telling
from desk.forms import Fault, Reading
from desk.task_view import is_held, shown, typical
from desk.visits import Sorry, Visit, no_case
from porting.errors import PortingError
from service.carrier_letters import CarrierUnavailable, carrier_letter, who_prepares
from service.refusals import CaseNotFound

LONGEST_COMMENT = 10_000
MAILS_SHOWN = 10
# What a mail may do inside its frame: be read. `sandbox` alone would do; the rest holds where it is not known.
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


async def show_case(visit: Visit) -> Response:
    return await _page(visit, await reading.case_of(visit), {"text": "", "internal": False})


async def write_comment(visit: Visit) -> Response:
    """A comment, for the partner too or for care only."""
    case = await reading.case_of(visit)
    read = Reading(visit.form)
    text = read.text("text", "the comment", LONGEST_COMMENT, lines=True)
    internal = visit.form.raw("internal") == "1"
    faults = read.faults or await telling(visit.parts.calls.comment(visit.call(case["id"]), text, internal), {})
    if faults:
        return await _page(visit, case, {"text": visit.form.raw("text"), "internal": internal}, faults)
    return visit.go(f"/desk/cases/{case['id']}#timeline", "comment")


async def _page(
    visit: Visit, case: dict[str, Any], given: dict[str, Any], faults: Sequence[Fault] = ()
) -> Response:
    beside = await reading.around(visit, case)
    show = visit.asked("show") if visit.asked("show") in dict(case_view.SHOWS) else ""
    all_mails = visit.asked("mails") == "all"
    case_id = case["id"]
    return visit.page(
        "case.html",
        422 if faults else 200,
        case=case,
        partner=beside.partner,
        doable=case_view.deeds(case),
        silence=case_view.silence(case, beside.terms.policy.silence_days, beside.events, visit.now),
        change=case_view.change(case, beside.events),
        facts=case_view.facts(case, beside.partner),
        advice=case_view.advice(case),
        mails=beside.mails if all_mails else beside.mails[:MAILS_SHOWN],
        more_mails="" if all_mails or len(beside.mails) <= MAILS_SHOWN else f"/desk/cases/{case_id}?mails=all#mails",
        documents=beside.papers,
        letters=case_view.letters(case, who_prepares(visit.parts.carriers)),
        tasks=[shown(task) | {"held": is_held(task, case)} for task in beside.tasks],
        typical=typical(case) if beside.tasks else "",
        temporal_link=_temporal_link(visit, case_id),
        form={**given, **hidden(visit, case, faults)},
        errors=faults,
        **case_view.line_page(case, visit.asked("page")),
        **case_view.timeline_page(case_id, beside.events, show, visit.asked("entries")),
    )


def _temporal_link(visit: Visit, case_id: str) -> str:
    base, namespace = visit.parts.temporal_ui_url.rstrip("/"), visit.parts.settings.temporal_namespace
    return f"{base}/namespaces/{quote(namespace, safe='')}/workflows/{quote(case_id, safe='')}" if base else ""


async def show_mail(visit: Visit) -> Response:
    mail = await reading.mail_of(visit)
    return visit.page("mail.html", case_id=visit.path("case_id"), mail=mail)


async def show_mail_html(visit: Visit) -> Response:
    """The mail's HTML for the frame: without scripts, without anything from elsewhere."""
    mail = await reading.mail_of(visit)
    return Response(
        mail["html"] or "", media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": MAIL_POLICY}
    )


async def download(visit: Visit) -> Response:
    """A document as a file to be kept, never as a page of ours."""
    document = await reading.document_of(visit)
    plain = "".join(sign if (sign.isascii() and sign.isalnum()) or sign in "-_. " else "_" for sign in document.name)
    names = f"filename=\"{plain}\"; filename*=UTF-8''{quote(document.name, safe='')}"
    return Response(
        document.content, media_type=document.media_type, headers={"Content-Disposition": f"attachment; {names}"}
    )


async def carriers_letter(visit: Visit) -> Response:
    """The letter of authorisation that the line's carrier prepares, as a file. Raises Sorry where there is none."""
    parts = visit.parts
    try:
        content = await carrier_letter(
            parts.database, parts.carriers, visit.path("case_id"), None, visit.asked("number")
        )
    except CaseNotFound:
        raise no_case() from None
    except PortingError as refused:
        status = 503 if isinstance(refused, CarrierUnavailable) else 409
        raise Sorry(status, "There is no letter now", refused.detail) from None
    headers = {"Content-Disposition": 'attachment; filename="letter.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)

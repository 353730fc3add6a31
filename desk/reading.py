"""What the pages read: the read model by SQL, never the process itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from activities.reconciliation import last_report
from desk.visits import Visit, no_case
from storage import carrier_troubles, documents, port_out_lists, queries, tasks
from storage.carrier_troubles import CarrierTrouble
from storage.paging import Page, paging_secret
from storage.partners import list_partners
from storage.status_counts import status_counts
from storage.terms import CutoverTerms, cutover_terms

EVERYTHING = 1_000_000
MOST_MAILS = 200


async def page_of(visit: Visit, limit: int = EVERYTHING, cursor: str | None = None) -> Page:
    """What is asked of a list; the secret that signs its cursors is read once a process."""
    if not visit.desk.secrets:
        async with visit.parts.database.begin() as connection:
            visit.desk.secrets.append(await paging_secret(connection, visit.now))
    return Page(visit.desk.secrets[0], limit, cursor)


async def case_of(visit: Visit) -> dict[str, Any]:
    """The case that the address names. Raises Sorry when there is none."""
    async with visit.parts.database.read() as connection:
        case = await queries.case(connection, visit.path("case_id"))
    if case is None:
        raise no_case()
    return case


async def timeline_of(visit: Visit, case_id: str) -> list[dict[str, Any]]:
    """Every event, internal ones too, oldest first."""
    page = await page_of(visit)
    async with visit.parts.database.read() as connection:
        found = await queries.timeline(connection, case_id, page)
    return found["items"] if found else []


async def terms_of(visit: Visit, case_id: str) -> CutoverTerms:
    """The policy that the case was opened under, and the partner's currency."""
    async with visit.parts.database.read() as connection:
        return await cutover_terms(connection, case_id)


@dataclass(frozen=True)
class Around:
    """What a case's page shows beside the case; `mails` newest first."""

    terms: CutoverTerms
    partner: str
    events: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    papers: list[dict[str, Any]]
    tasks: list[dict[str, Any]]


async def around(visit: Visit, case: dict[str, Any]) -> Around:
    """Everything else that the page of the case needs, of one moment."""
    page = await page_of(visit)
    async with visit.parts.database.read() as connection:
        events = await queries.timeline(connection, case["id"], page)
        mails = await queries.emails(connection, case["id"], Page(page.secret, MOST_MAILS))
        names = {partner.id: partner.name for partner in await list_partners(connection)}
        return Around(
            terms=await cutover_terms(connection, case["id"]),
            partner=names.get(case["partner"], case["partner"]),
            events=events["items"] if events else [],
            mails=mails["items"] if mails else [],
            papers=await documents.of_case(connection, case["id"]),
            tasks=await tasks.of_case(connection, case["id"]),
        )


@dataclass(frozen=True)
class Listed:
    """Cases of the queue: what stands on them, their lines' statuses, the partners' names, and how it goes on."""

    items: list[dict[str, Any]]
    statuses: dict[str, dict[str, int]]
    partners: dict[str, str]
    next_cursor: str | None


async def listed(visit: Visit, filters: queries.CaseFilters, page: Page, *, open_only: bool) -> Listed:
    """Open cases by deadline, or all by age, the newest first. Raises BadCursor."""
    wanted = queries.queue if open_only else queries.cases
    async with visit.parts.database.read() as connection:
        found = await wanted(connection, filters, page)
        statuses = await status_counts(connection, [item["id"] for item in found["items"]])
        partners = {partner.id: partner.name for partner in await list_partners(connection)}
    return Listed(found["items"], statuses, partners, found["next_cursor"])


@dataclass(frozen=True)
class Standing:
    """What stands above the queue: how many cases wait for whom, carriers that are down, cases that they hold up,
    orders at a carrier that no case knows, and how many numbers are said to leave that nobody here has."""

    waiting: dict[str, int]
    down: dict[str, CarrierTrouble]
    held_up: dict[str, int]
    unknown: list[str]
    strangers_leaving: int = 0


async def standing(visit: Visit) -> Standing:
    async with visit.parts.database.read() as connection:
        compared = await last_report(connection)
        return Standing(
            unknown=compared.unknown if compared else [],
            strangers_leaving=await port_out_lists.unknown_count(connection, visit.now.date()),
            waiting=await queries.counts_by_waiting_on(connection),
            down=await carrier_troubles.of_carriers(connection),
            held_up=await carrier_troubles.cases_held_up(connection),
        )


async def mail_of(visit: Visit) -> dict[str, Any]:
    """The mail that the address names, with its HTML. Raises Sorry."""
    number = visit.path("mail_id")
    async with visit.parts.database.read() as connection:
        mail_id = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else -1
        mail = await queries.email(connection, visit.path("case_id"), mail_id)
    if mail is None:
        raise no_case("No such mail")
    return mail


async def document_of(visit: Visit) -> documents.NewDocument:
    """The document that the address names, if it is on that case. Raises Sorry."""
    async with visit.parts.database.read() as connection:
        document = await documents.content(connection, visit.path("document_id"))
    if document is None or document.case_id != visit.path("case_id"):
        raise no_case("No such document")
    return document

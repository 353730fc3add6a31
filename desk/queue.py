"""The queue: open cases by their next deadline, the search, and the same list as CSV (R20, R41)."""

from __future__ import annotations

from starlette.responses import Response

from desk import queue_view, reading, words
from desk.forms import is_hidden
from desk.paging import address
from desk.queue_view import ALL, OPEN, OVERDUE, QUEUE
from desk.sheet import sheet
from desk.visits import Sorry, Visit
from porting.numbers import parse_search, search_ending
from storage.queries import BadCursor, CaseFilters

LONGEST_SEARCH = 100
AT_ONCE = 200
MOST_ROWS = 20_000


async def show_queue(visit: Visit) -> Response:
    sought, chosen = _asked(visit)
    found = await _page(visit, visit.parts.settings.queue_page, visit.asked("cursor") or None)
    rows = queue_view.rows(found)
    by_number = parse_search(sought) is not None or search_ending(sought) is not None
    if sought and (case_id := queue_view.exact(rows, sought, by_number)):
        return visit.go(f"/desk/cases/{case_id}")
    standing = await reading.standing(visit)
    return visit.page(
        "queue.html",
        title="Search" if sought else queue_view.TITLES[chosen],
        sought=sought,
        rows=rows,
        tabs=queue_view.tabs(standing.waiting, "no tab" if sought else chosen),
        troubles=queue_view.troubles(standing.down, standing.held_up),
        unknown=standing.unknown,
        strangers_leaving=standing.strangers_leaving,
        empty=queue_view.empty(sought, chosen),
        csv_link=address(f"{QUEUE}/queue.csv", q=sought, waiting=chosen),
        first=address(QUEUE, q=sought, waiting=chosen) if visit.asked("cursor") else "",
        next=address(QUEUE, q=sought, waiting=chosen, cursor=found.next_cursor) if found.next_cursor else "",
    )


async def queue_csv(visit: Visit) -> Response:
    """Every row of the view, not only of the page that was shown."""
    rows: list[queue_view.Row] = []
    cursor: str | None = None
    while len(rows) < MOST_ROWS:
        found = await _page(visit, AT_ONCE, cursor)
        rows += queue_view.rows(found)
        cursor = found.next_cursor
        if cursor is None:
            break
    name = f"portdesk-{words.instant(visit.now)[:10]}.csv"
    return Response(
        sheet(queue_view.HEAD, (row.cells() for row in rows)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(visit: Visit) -> tuple[str, str]:
    chosen = visit.asked("waiting")
    sought = "".join(sign for sign in visit.asked("q") if not is_hidden(sign, lines=False)).strip()
    return sought[:LONGEST_SEARCH], chosen if chosen in queue_view.TITLES else OPEN


async def _page(visit: Visit, limit: int, cursor: str | None) -> reading.Listed:
    sought, chosen = _asked(visit)
    filters = CaseFilters(
        q=sought or None, waiting_on=None if sought or chosen in (OPEN, ALL, OVERDUE) else chosen,
        overdue_at=visit.now if chosen == OVERDUE and not sought else None,
    )  # fmt: skip
    page = await reading.page_of(visit, limit, cursor)
    try:
        # A search finds closed cases too: most questions are about what happened.
        return await reading.listed(visit, filters, page, open_only=not sought and chosen != ALL)
    except BadCursor as error:
        raise Sorry(400, "No such page", "This page of the list does not exist any more.") from error

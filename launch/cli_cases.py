"""Commands that look into cases; they may be used on a stack that runs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from launch.cli_common import AsJson, refuse, show

case = typer.Typer(help="Porting cases: find one, look into it, take it out, put it away.", no_args_is_help=True)
# Signs cursors; here none is handed out.
UNSIGNED = "unsigned"
CaseId = Annotated[str, typer.Argument(metavar="ID", help="The case's id, like PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX.")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(case, name="case")


@case.command("list")
def list_cases(
    status: Annotated[str, typer.Option(help="Only cases in this status, like MISSING_DATA.")] = "",
    waiting_on: Annotated[str, typer.Option(help="Only cases that wait for PARTNER, CARRIER, CARE, CUTOVER.")] = "",
    partner: Annotated[str, typer.Option(help="Only this partner's, by its id.")] = "",
    number: Annotated[str, typer.Option(help="Only cases with this number, in any spelling; ranges count.")] = "",
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List cases, the newest first."""
    from launch.cli_database import reading
    from porting.numbers import parse_search
    from storage.filters import CaseFilters
    from storage.paging import Page
    from storage.queries import cases

    value = parse_search(number) if number else None
    if number and value is None:
        refuse(f"{number} is no number; write it with its country, like +498912345678.", 2)
    filters = CaseFilters(
        status=status.upper() or None, waiting_on=waiting_on.upper() or None, partner=partner or None, number=value
    )
    found = reading(lambda connection: cases(connection, filters, Page(UNSIGNED, limit)))
    items: list[dict[str, Any]] = found["items"]
    show(items if as_json else [_summary(item) for item in items], as_json=as_json)


def _summary(item: dict[str, Any]) -> dict[str, object]:
    numbers = [line["number"] for line in item["lines"][:2]]
    more = item["lines_count"] - len(numbers)
    return {
        "id": item["id"],
        "partner": item["partner"],
        "status": item["status"],
        "waiting_on": item["waiting_on"],
        "deadline": f"{item['deadline']:%Y-%m-%d %H:%M}" if item["deadline"] else None,
        "numbers": ", ".join(numbers) + (f" and {more} more" if more > 0 else ""),
    }


@case.command("show")
def show_case(case_id: CaseId, as_json: AsJson = False) -> None:
    """Show a case: whom it waits for, its lines, what is missing, and its timeline."""
    from launch.cli_database import reading
    from storage import queries
    from storage.paging import Page

    page = Page(UNSIGNED, 100_000)
    found = reading(lambda connection: queries.case(connection, case_id))
    if found is None:
        refuse(f"There is no case {case_id}.")
    events = reading(lambda connection: queries.timeline(connection, case_id, page))
    timeline: list[dict[str, Any]] = events["items"] if events else []
    if as_json:
        typer.echo(json.dumps({**found, "timeline": timeline}, indent=2, default=str))
        return
    typer.echo("\n".join([*_head(found), *_missing(found), *(_event(event) for event in timeline)]))


def _head(found: dict[str, Any]) -> list[str]:
    lines = [
        f"  {line['number']:<20} {line['status']:<20} {line['confirmed_date'] or line['requested_date']}"
        for line in found["lines"]
    ]
    return [
        f"{found['id']}  {found['status']}  {found['partner']} ({found['reference']})",
        f"Waits for {found['waiting_on']}. {found['next_step']}",
        "Lines:",
        *lines,
    ]


def _missing(found: dict[str, Any]) -> list[str]:
    items = [f"  {item['id']:<10} {item['prompt']} ({item['status']})" for item in found["missing"]]
    return [*(["Missing:", *items] if items else []), "Timeline:"]


def _event(event: dict[str, Any]) -> str:
    return f"  {event['at']:%Y-%m-%d %H:%M}  {event['summary']}"


@case.command("export")
def export_case(
    case_id: CaseId,
    to: Annotated[Path | None, typer.Option(help="File to write; else it is printed.", dir_okay=False)] = None,
) -> None:
    """Take out everything that is stored of a case, as JSON: for an operator, a court, another system."""
    from launch.cli_database import reading
    from storage.export import export_case as export
    from storage.projection import UnknownCase

    try:
        whole = reading(lambda connection: export(connection, case_id))
    except UnknownCase:
        refuse(f"There is no case {case_id}.")
    text = json.dumps(whole, indent=2, default=str)
    if to is None:
        typer.echo(text)
    else:
        to.write_text(text + "\n", encoding="utf-8")


@case.command("archive")
def archive_cases(
    closed_before: Annotated[
        int, typer.Option(help="Cases that were closed more than so many days ago.", min=1, metavar="DAYS")
    ],
    as_json: AsJson = False,
) -> None:
    """Put away timelines and mails of closed cases: packed into a fraction of their room, and shown as before."""
    from activities.archiving import Archiving
    from launch.cli_database import at_work, now

    done = at_work(lambda database: Archiving(database, 0, now).run(closed_before))
    show([{"archived": done}], as_json=as_json)

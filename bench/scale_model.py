"""What an operator's book needs past one machine, computed from what one case costs on this one.

`python -m bench.scale_model --open 5000000 --news 200000` measures, computes and prints docs/scale.md's tables.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer

GIGABYTE = 1e9


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One case on this machine, all parts on its two cores; bench.scale_figures measures each of them."""

    lives_per_second: float
    news_per_life: float
    mails_per_life: float
    timeline_entries_per_life: float
    transitions_per_life: float
    history_bytes_closed: float
    history_bytes_open: float
    product_bytes_a_case: float
    archived_bytes_a_case: float
    engine_bytes_a_case: float
    api_seconds_per_life: float
    worker_seconds_per_life: float
    engine_seconds_per_life: float
    database_seconds_per_life: float


@dataclass(frozen=True, kw_only=True)
class Book:
    """What an operator has, and how it wants to stand. `busiest_hour` is that hour's share of a day's news.

    `load` is how far a core or a shard may be used, so that a bad hour passes without a queue. Closed cases stay in
    Temporal for `engine_days` and in the product's database for `kept_days`; `archive_after_days` after its end a case
    is put away. `document_bytes_a_case` is what partners upload with one: two scanned pages, if nothing else is known.
    """

    open_cases: int = 5_000_000
    news_a_day: int = 200_000
    busiest_hour: float = 0.15
    load: float = 0.5
    engine_days: int = 7
    kept_days: int = 400
    archive_after_days: int = 30
    document_bytes_a_case: float = 150_000


@dataclass(frozen=True, kw_only=True)
class Need:
    """What the book takes. Rates are those of the busiest hour."""

    lives_a_day: float
    lives_a_second: float
    days_a_case_lives: float
    api_cores: int
    worker_cores: int
    engine_cores: int
    database_cores: int
    shards: int
    transitions_a_second: float
    engine_gigabytes: float
    product_gigabytes_without_archive: float
    product_gigabytes: float
    document_gigabytes: float
    visibility_rows: float
    timeline_rows_a_year: float
    timeline_rows_a_month: float
    mails_a_second: float


@dataclass(frozen=True)
class Limit:
    """Where something is full, as news a day; with what to do then."""

    news_a_day: float
    what: str
    then: str


def needed(one: Measured, book: Book) -> Need:
    """Everything follows from how many lives a day the news make, and from how many cases are open."""
    lives = book.news_a_day / one.news_per_life
    busy = lives * book.busiest_hour / 3600
    in_engine = book.open_cases + lives * book.engine_days
    closed = lives * book.kept_days
    archived = lives * max(0, book.kept_days - book.archive_after_days)
    whole = book.open_cases + closed - archived
    return Need(
        lives_a_day=lives,
        lives_a_second=busy,
        days_a_case_lives=book.open_cases / lives,
        api_cores=_cores(busy * one.api_seconds_per_life, book),
        worker_cores=_cores(busy * one.worker_seconds_per_life, book),
        engine_cores=_cores(busy * one.engine_seconds_per_life, book),
        database_cores=_cores(busy * one.database_seconds_per_life, book),
        shards=shards(one, busy, book.load),
        transitions_a_second=busy * one.transitions_per_life,
        engine_gigabytes=in_engine * one.engine_bytes_a_case / GIGABYTE,
        product_gigabytes_without_archive=(book.open_cases + closed) * one.product_bytes_a_case / GIGABYTE,
        product_gigabytes=(whole * one.product_bytes_a_case + archived * one.archived_bytes_a_case) / GIGABYTE,
        document_gigabytes=(book.open_cases + closed) * book.document_bytes_a_case / GIGABYTE,
        visibility_rows=in_engine,
        timeline_rows_a_year=lives * 365 * one.timeline_entries_per_life,
        timeline_rows_a_month=lives * 365 / 12 * one.timeline_entries_per_life,
        mails_a_second=busy * one.mails_per_life,
    )


def _cores(seconds_a_second: float, book: Book) -> int:
    return max(1, math.ceil(seconds_a_second / book.load))


def shards(one: Measured, lives_a_second: float, load: float) -> int:
    """Each took here, alone, what the whole machine did: one shard is what Temporal's development server has.

    The number can never be changed later, so the next power of two with four times the room.
    """
    needed_now = max(1.0, lives_a_second / (one.lives_per_second * load))
    return int(2 ** math.ceil(math.log2(needed_now * 4)))


def limits(one: Measured, book: Book) -> list[Limit]:
    """What is full first, from the smallest book on."""

    def at(lives_a_second: float) -> float:
        return lives_a_second * 3600 / book.busiest_hour * one.news_per_life

    processes = "more of them (PORTDESK_{}_PROCESSES), or on more machines"
    machine, worker, api = one.lives_per_second, 1 / one.worker_seconds_per_life, 1 / one.api_seconds_per_life
    found = [
        Limit(at(machine * book.load), "this machine with all parts on it", "PostgreSQL and Temporal on their own"),
        Limit(at(worker * book.load), "one worker process", processes.format("WORKER")),
        Limit(at(api * book.load), "one API process", processes.format("API")),
        Limit(at(book.load / one.engine_seconds_per_life), "one core of Temporal", "a cluster with the shards above"),
        Limit(at(book.load / one.database_seconds_per_life), "one core of PostgreSQL", "more cores for it"),
    ]
    return sorted(found, key=lambda limit: limit.news_a_day)


def report(one: Measured, book: Book) -> str:
    """Three tables in Markdown: what was measured, what is needed, what is full first."""
    lines = ["| measured here | figure |", "|---|---|"]
    lines += [f"| {field.name.replace('_', ' ')} | {_figure(getattr(one, field.name))} |" for field in fields(one)]
    head = f"| needed for {book.open_cases:,} open cases, {book.news_a_day:,} news a day | figure |"
    lines += ["", head, "|---|---|"]
    need = needed(one, book)
    lines += [f"| {field.name.replace('_', ' ')} | {_figure(getattr(need, field.name))} |" for field in fields(need)]
    lines += ["", "| news a day | what is full | then |", "|---|---|---|"]
    lines += [f"| {_figure(limit.news_a_day)} | {limit.what} | {limit.then} |" for limit in limits(one, book)]
    return "\n".join(lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main(
    open_cases: Annotated[int, typer.Option("--open", help="Cases open at once.", min=1)] = Book.open_cases,
    news: Annotated[int, typer.Option(help="Carrier news a day.", min=1)] = Book.news_a_day,
    busiest_hour: Annotated[float, typer.Option(help="Its share of a day's news.", min=0.01)] = Book.busiest_hour,
    load: Annotated[float, typer.Option(help="How far a core may be used.", min=0.05, max=1)] = Book.load,
    documents: Annotated[float, typer.Option(help="Bytes uploaded a case.", min=0)] = Book.document_bytes_a_case,
) -> None:
    """Measure one case on this machine, and compute what such a book needs."""
    from bench.scale_figures import measure  # it starts a stack; the model alone needs none of that

    book = Book(
        open_cases=open_cases, news_a_day=news, busiest_hour=busiest_hour, load=load, document_bytes_a_case=documents
    )
    folder = Path(tempfile.mkdtemp(prefix="portdesk-scale-"))
    try:
        one = asyncio.run(measure(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report(one, book))


if __name__ == "__main__":
    typer.run(main)

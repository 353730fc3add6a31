"""The scale model: what follows from what, checked on round figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import visibility
from bench.scale_model import Book, Measured, limits, needed, report

ONE = Measured(
    lives_per_second=2.0,
    news_per_life=4.0,
    mails_per_life=5.0,
    timeline_entries_per_life=6.0,
    transitions_per_life=20.0,
    history_bytes_closed=12_000.0,
    history_bytes_open=8_000.0,
    product_bytes_a_case=20_000.0,
    archived_bytes_a_case=8_000.0,
    engine_bytes_a_case=30_000.0,
    api_seconds_per_life=0.05,
    worker_seconds_per_life=0.2,
    engine_seconds_per_life=0.1,
    database_seconds_per_life=0.05,
)
BOOK = Book(open_cases=1_000_000, news_a_day=96_000, busiest_hour=0.15, load=0.5, engine_days=10, kept_days=100)


def test_lives_follow_from_news_and_their_length_from_the_open_cases() -> None:
    need = needed(ONE, BOOK)
    assert need.lives_a_day == 24_000
    assert need.lives_a_second == 1.0
    assert need.days_a_case_lives == pytest.approx(41.67, abs=0.01)
    assert (need.mails_a_second, need.transitions_a_second) == (5.0, 20.0)


def test_storage_holds_what_is_open_and_what_is_kept() -> None:
    need = needed(ONE, BOOK)
    assert need.visibility_rows == 1_000_000 + 240_000
    assert need.engine_gigabytes == pytest.approx(1_240_000 * 30_000 / 1e9)
    assert need.product_gigabytes_without_archive == pytest.approx((1_000_000 + 2_400_000) * 20_000 / 1e9)
    assert need.document_gigabytes == pytest.approx((1_000_000 + 2_400_000) * 150_000 / 1e9)


def test_what_is_put_away_takes_less_and_only_once_it_has_been_closed_for_long() -> None:
    kept_whole, put_away = 1_000_000 + 24_000 * 30, 24_000 * 70
    assert needed(ONE, BOOK).product_gigabytes == pytest.approx((kept_whole * 20_000 + put_away * 8_000) / 1e9)
    never = needed(ONE, replace(BOOK, archive_after_days=500))
    assert never.product_gigabytes == never.product_gigabytes_without_archive


@pytest.mark.parametrize(("news", "cores"), [(96_000, 1), (480_000, 2), (960_000, 4)])
def test_cores_are_whole_and_no_more_than_half_used(news: int, cores: int) -> None:
    assert needed(ONE, replace(BOOK, news_a_day=news)).worker_cores == cores


def test_shards_are_a_power_of_two_with_room_to_grow() -> None:
    few, many = needed(ONE, BOOK).shards, needed(ONE, replace(BOOK, news_a_day=9_600_000)).shards
    assert (few, many) == (4, 512)


async def test_the_list_of_the_engine_is_filled_and_measured_on_a_real_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visibility, "ROUNDS", 2)
    monkeypatch.setattr(visibility, "STAGES", (20,))
    await visibility.fill_and_measure(tmp_path, 50, 5)
    said = capsys.readouterr()
    assert [line.split(" | ")[0] for line in said.out.splitlines()[2:]] == ["| 20"] * 4 + ["| 50"] * 4
    assert "kB of database each" in said.err


def test_the_smallest_limit_comes_first() -> None:
    found = limits(ONE, BOOK)
    assert [limit.news_a_day for limit in found] == sorted(limit.news_a_day for limit in found)
    assert found[0].what == "this machine with all parts on it" and found[0].news_a_day == 96_000


def test_the_report_shows_every_figure_by_name() -> None:
    text = report(ONE, BOOK)
    for name in ("news per life", "worker cores", "product gigabytes", "one worker process"):
        assert f"| {name} |" in text or f" {name} |" in text

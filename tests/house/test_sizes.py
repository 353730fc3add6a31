"""Sizes: the bounds that keep a file readable at one sitting."""

import statistics

from tests.house.sources import length, of, product


def test_nine_files_in_ten_have_at_most_200_lines_and_none_over_400() -> None:
    sizes = {source.name: source.lines for source in product()}
    assert {name: lines for name, lines in sizes.items() if lines > 400} == {}
    longer = {name: lines for name, lines in sizes.items() if lines > 200}
    assert len(longer) <= len(sizes) / 10, longer


def test_no_function_has_more_than_60_lines_and_few_more_than_40() -> None:
    sizes = {f"{source.name}:{f.lineno} {f.name}": length(f) for source in product() for f in source.functions()}
    assert {name: lines for name, lines in sizes.items() if lines > 60} == {}
    longer = {name: lines for name, lines in sizes.items() if lines > 40}
    assert len(longer) <= len(sizes) / 20, longer


def test_the_median_function_has_at_most_eight_lines() -> None:
    sizes = [length(f) for source in product() for f in source.functions()]
    assert statistics.median(sizes or [0]) <= 8


def test_the_process_reads_like_a_table_of_contents() -> None:
    sizes = {source.name: source.lines for source in of("workflows")}
    assert sizes.get("workflows/porting_case.py", 0) <= 150


def test_every_module_opens_with_one_line_that_says_what_it_is_for() -> None:
    silent = [s.name for s in product() if s.text.strip() and not isinstance(_first_line(s.text), str)]
    assert silent == []


def _first_line(text: str) -> str | None:
    first = text.lstrip().splitlines()[0]
    return first if first.startswith(('"""', "#!", 'r"""')) else None

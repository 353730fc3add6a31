"""Previews: every mail in a folder, on ordinary days and on the worst ones."""

from pathlib import Path

from notifications.catalogue import templates
from notifications.preview import variants, write_previews
from notifications.writer import write


def test_a_preview_shows_every_template_as_text_page_and_mail(tmp_path: Path) -> None:
    written = write_previews(tmp_path)
    names = {path.name for path in written}
    assert {f"{template}.{ending}" for template in templates() for ending in ("txt", "html", "eml")} <= names
    assert "date_confirmed.partner.cutover.ics" in names
    assert all(path.stat().st_size for path in written)


def test_the_index_links_everything_that_was_written(tmp_path: Path) -> None:
    index, *others = write_previews(tmp_path)
    page = index.read_text()
    assert all(f'href="{path.relative_to(tmp_path)}"' in page for path in others)


def test_all_variants_render_and_stay_small_enough_to_be_shown_whole() -> None:
    every = dict(enumerate(variants(True)))
    # Ten thousand numbers are tried with every event by the command; here with a few, for the time it takes.
    tried = [pair for at, pair in every.items() if pair[0] != "10000-numbers" or at % 9 == 0]
    sizes = {(name, message.template): len(message.html) for name, envelope in tried for message in write(envelope)}
    assert {name for name, _ in sizes} >= {"ordinary", "long-names", "right-to-left", "hostile", "10000-numbers"}
    assert {key: size for key, size in sizes.items() if size > 30_000} == {}

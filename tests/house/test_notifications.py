"""The mails of the house: every event is catalogued or declared silent, every template renders, none is left over."""

import re
from pathlib import Path
from typing import get_args

import pytest

import notifications
from notifications import samples
from notifications.catalogue import CATALOGUE, Silent, templates
from notifications.plain import COLUMNS
from notifications.writer import write
from porting import events
from porting.events import AnyEvent

FOLDER = Path(notifications.__file__).parent / "templates"
MAILS = {message.template: message for kind in samples.EVENTS for message in write(samples.sample(kind))}


def test_every_event_is_catalogued_or_declared_silent() -> None:
    assert set(CATALOGUE) == set(get_args(AnyEvent))


def test_every_event_class_stands_in_the_union() -> None:
    written = {value for value in vars(events).values() if isinstance(value, type) and hasattr(value, "kind")}
    assert written == set(get_args(AnyEvent))


def test_every_event_has_a_sample() -> None:
    assert set(samples.EVENTS) == set(get_args(AnyEvent))


def test_every_template_is_there_and_none_is_left_over() -> None:
    files = {path.stem for path in FOLDER.glob("*.txt") if not path.name.startswith("_")}
    assert files == set(templates())


def test_every_template_renders_with_its_events_sample() -> None:
    assert set(MAILS) == set(templates())


def test_every_passage_is_used() -> None:
    used = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.txt"))
    passages = {path.name for path in FOLDER.glob("_*.txt")}
    assert {name for name in passages if name not in used and not name.startswith("_foot.")} == set()


def test_silent_events_have_no_template() -> None:
    rows = [kind for kind, row in CATALOGUE.items() if isinstance(row, Silent)]
    silent = {str(kind.__dataclass_fields__["kind"].default) for kind in rows}
    assert {name.split(".")[0] for name in templates()} & silent == set()


@pytest.mark.parametrize("template", templates())
def test_a_subject_names_the_case_and_the_first_number_line_r39(template: str) -> None:
    subject = MAILS[template].subject
    assert "[PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX] +4989010710X (+1 more) " in subject
    assert subject.isprintable()


@pytest.mark.parametrize("template", templates())
def test_a_body_names_every_did_r39(template: str) -> None:
    text = MAILS[template].text
    for number in (*samples.NUMBERS, *(f"+4989010710{last}" for last in range(10))):
        assert re.search(rf"(?<!\d){re.escape(number)}(?![\dX])", text), number


@pytest.mark.parametrize("template", templates())
def test_a_text_is_at_most_72_columns_wide_but_for_addresses(template: str) -> None:
    wide = [line for line in MAILS[template].text.splitlines() if len(line) > COLUMNS]
    assert all(line.startswith("https://") for line in wide)


@pytest.mark.parametrize("template", templates())
def test_a_mail_says_what_to_do_now_and_names_case_and_customer_r20(template: str) -> None:
    text = MAILS[template].text
    assert "What to do now" in text or template == "comment_added.care"
    assert "PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX" in text
    assert "Bäckerei Huber GmbH" in text


@pytest.mark.parametrize("template", [name for name in templates() if name.endswith(".partner")])
def test_a_partner_is_told_what_happens_next_r20(template: str) -> None:
    assert "What happens next" in MAILS[template].text


@pytest.mark.parametrize("template", templates())
def test_the_html_says_what_the_text_says(template: str) -> None:
    mail = MAILS[template]
    shown = re.sub(r"<(style|title)\b.*?</\1>", " ", mail.html, flags=re.DOTALL)
    words = set(re.findall(r"[\wÀ-ÿ+]{3,}", re.sub(r"<[^>]+>", " ", shown)))
    assert set(re.findall(r"[\wÀ-ÿ+]{3,}", mail.text)) - words == set()


@pytest.mark.parametrize("template", templates())
def test_the_html_fetches_nothing_and_runs_nothing(template: str) -> None:
    html = MAILS[template].html
    assert not re.search(r"<(img|script|link|iframe|object|form)\b|\bon\w+=|url\(|src=", html)
    assert "prefers-color-scheme: dark" in html
    assert len(html) < 30_000


def test_no_word_of_a_template_is_spelled_with_its_machinery() -> None:
    strange = re.compile(r"\{\{|\}\}|\{%|%\}|None|Undefined|\x02|\x03| \| ")
    assert {name for name, mail in MAILS.items() if strange.search(mail.text + mail.html)} == set()

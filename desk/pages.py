"""The desk's templates: escaped always, strict about names, and never told anything but values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from desk import words
from desk.case_view import customer, lapsed

HERE = Path(__file__).parent
STATIC = HERE / "static"


def environment() -> Environment:
    """Autoescape holds for every template, whatever its name; an unknown name is an error, not an empty text."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        tone=words.tone, plain=words.plain, waiting=words.waiting, field_name=words.field_name, role=words.role,
        day=day_tag, relative=words.relative, due=words.due, urgency=words.urgency, some=words.some, mix=words.mix,
        moment=moment_tag, count=words.count, span=words.span, customer=customer, lapsed=lapsed,
    )  # fmt: skip
    return found


def moment_tag(value: datetime, zone: str = "UTC") -> Markup:
    """An instant as `<time>`, in the zone where it matters."""
    return Markup('<time datetime="{}">{}</time>').format(words.instant(value), words.moment(value, zone))


def day_tag(value: date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), words.day(value))


class Pages:
    """Renders a template into a response; what every page needs is given by `shared`."""

    def __init__(self, shared: Mapping[str, Any]) -> None:
        self._environment = environment()
        self._environment.globals.update(shared)

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._environment.get_template(template).render(**values), status)

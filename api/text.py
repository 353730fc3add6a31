"""Types for what clients write: texts without traps, and days that are days."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

# Invisible signs that turn the direction of text: what is read would not be what is stored.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
# Controls, halves of surrogate pairs, line and paragraph separators.
UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
BREAKS = frozenset("\n\t")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_AND_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T _].+|.*[0-9]{1,2}:[0-9]{2}.*")


def _bad_sign(text: str, allowed: frozenset[str]) -> bool:
    return any(sign in BIDI or unicodedata.category(sign) in UNSEEN for sign in text if sign not in allowed)


def clean_line(text: str) -> str:
    """One line, in NFC, trimmed; refuses control characters, line breaks, NUL, broken surrogates."""
    if _bad_sign(text, frozenset()):
        raise PydanticCustomError("invalid_text", "Control characters and line breaks are not allowed here.")
    return unicodedata.normalize("NFC", text.strip())


def clean_text(text: str) -> str:
    """Several lines; line breaks become LF."""
    text = text.replace("\r\n", "\n")
    if _bad_sign(text, BREAKS):
        raise PydanticCustomError("invalid_text", "Control characters are not allowed, but for line breaks and tabs.")
    return unicodedata.normalize("NFC", text.strip())


def clean_email(text: str) -> str:
    """One address; a comma would make two recipients of it."""
    try:
        return validate_email(clean_line(text), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise PydanticCustomError("invalid_email", "This is no email address.") from error


def read_day(value: object) -> date:
    """YYYY-MM-DD and nothing else: an hour cannot be chosen (R08)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = value if isinstance(value, str) else ""
    if not DAY.fullmatch(text):
        if DAY_AND_HOUR.fullmatch(text):
            raise PydanticCustomError("time_not_selectable", "Name a date only: the hour of cut-over is the donor's.")
        raise PydanticCustomError("invalid_date", "A date written YYYY-MM-DD is expected.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("invalid_date", "There is no such day in the calendar.") from error


def _in_reach(moment: datetime) -> datetime:
    """An instant that every zone has a date for: at the ends of the calendar arithmetic fails."""
    if not 1900 <= moment.year <= 9000:
        raise PydanticCustomError("invalid", "The year is out of reach.")
    return moment


def _not_empty(text: str) -> str:
    if not text:
        raise PydanticCustomError("invalid", "The text is empty.")
    return text


Line = Annotated[str, Field(max_length=200), AfterValidator(clean_line)]
Word = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(clean_line), AfterValidator(_not_empty)]
Sentence = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean_line), AfterValidator(_not_empty)]
Text = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(clean_text), AfterValidator(_not_empty)]
LooseText = Annotated[str, Field(max_length=10_000), AfterValidator(clean_text)]
EMAIL_SCHEMA = WithJsonSchema({"type": "string", "format": "email"})
Email = Annotated[str, Field(max_length=254), AfterValidator(clean_email), EMAIL_SCHEMA]
Moment = Annotated[AwareDatetime, AfterValidator(_in_reach)]
Day = Annotated[date, BeforeValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]

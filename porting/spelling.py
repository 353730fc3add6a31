"""How people write telephone numbers, and the one way they are kept (R01); phonenumbers would lose the X silently."""

from __future__ import annotations

import re

from porting.errors import InvalidNumber, NotPortable, RangeTooLarge

CANONICAL = re.compile(r"\+(?=[0-9X]{6,15}$)[1-9][0-9]{5,14}X{0,3}")
LONGEST_INPUT = 64

KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")

# What copying from web pages, PDFs and telephone books leaves between the digits, beside the ASCII separators.
SPACES = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
SEPARATORS = str.maketrans("", "", SPACES + DASHES + INVISIBLE + "./()[]")

EXTENSION = re.compile(r"[;,#]|\bext|(?:ext|extn|extension)[\s.:=]*[0-9]+\s*$", re.IGNORECASE)
TRUNK_ZERO = re.compile(r"[(\[]\s*0\s*[)\]]")
LOOSE_WILDCARD = re.compile(r"[^0-9xX]x+\s*$")
WILDCARDS = re.compile(r"[0-9](X+)$")
WORD = re.compile(r"[A-Z]{3,}")

HINT = "Write it with its country code, like +498912345678."


def canonical(raw: str) -> str:
    """The kept spelling of what was written. Raises InvalidNumber, RangeTooLarge or NotPortable."""
    shown = raw.strip()
    if not shown or len(shown) > LONGEST_INPUT:
        raise InvalidNumber("A telephone number is expected. " + HINT)
    _refuse_extension(shown)
    text = _bare(shown)
    _refuse_national(text, shown)
    text = "+" + _without_letters(text[1:], shown)
    _refuse_short(text, shown)
    if not CANONICAL.fullmatch(text):
        raise refusal(shown)
    return text


def refusal(shown: str) -> InvalidNumber:
    """Why a text that is no number or range cannot be taken."""
    wildcards = WILDCARDS.search(shown.upper().translate(SEPARATORS))
    if wildcards and len(wildcards[1]) > 3:
        return RangeTooLarge(f"{_quoted(shown)} holds more than 1,000 numbers: at most XXX stands at the end.")
    if "X" in shown.upper():
        return InvalidNumber(f"In {_quoted(shown)} an X may stand only at the end, as X, XX or XXX, and the whole has "
                             "at most 15 digits. Extensions cannot be ported.")
    return InvalidNumber(f"{_quoted(shown)} is no telephone number: after the + come 6 to 15 digits and no other sign.")


def search_value(raw: str) -> int | None:
    """The number as an int, without regard to how it was written; None when no international number is meant."""
    digits = _search_digits(raw)
    digits = digits[2:] if digits.startswith("00") else digits
    if digits.startswith("0") or not 6 <= len(digits) <= 15:
        return None
    return int(digits)


def search_ending(raw: str) -> str | None:
    """The significant digits of a national spelling, at least five; None for less or for anything else."""
    digits = _search_digits(raw).lstrip("0")
    return digits if 5 <= len(digits) <= 15 else None


def _search_digits(raw: str) -> str:
    """Only the digits, X standing for 0; empty when anything else is in it."""
    shown = raw.strip()
    if len(shown) > LONGEST_INPUT:
        return ""
    text = re.sub(r"(?<=[0-9])X{1,3}$", lambda found: "0" * len(found[0]), _bare(shown).upper())
    text = text.removeprefix("+")
    return text if re.fullmatch(r"[0-9]+", text) else ""


def _bare(shown: str) -> str:
    """Without separators. A bracketed (0) is what to dial at home only, except in Italy, where it belongs in."""
    text = shown.replace("\uff0b", "+").strip(INVISIBLE + SPACES)
    if not text.translate(SEPARATORS).startswith(("+39", "0039")):
        text = TRUNK_ZERO.sub("", text, count=1) if text.startswith(("+", "00")) else text
    return text.translate(SEPARATORS)


def _refuse_extension(shown: str) -> None:
    if EXTENSION.search(shown):
        raise InvalidNumber(f"{_quoted(shown)} has an extension. Name the whole number, or a range with X at its end.")
    if LOOSE_WILDCARD.search(shown):
        raise InvalidNumber(f"In {_quoted(shown)} it is unclear what the x means. A range is written with a capital X.")


def _refuse_national(text: str, shown: str) -> None:
    if text.startswith("+"):
        return
    if text.startswith("00"):
        raise InvalidNumber(f"{_quoted(shown)} begins with 00. Write + in its place, like +498912345678.")
    _refuse_short(text, shown)
    raise InvalidNumber(f"{_quoted(shown)} has no country code. " + HINT)


def _refuse_short(text: str, shown: str) -> None:
    if re.fullmatch(r"\+?[1-9][0-9]{0,5}", text):
        raise NotPortable(f"{_quoted(shown)} is a short number: emergency numbers and short codes cannot be ported.")


def _without_letters(text: str, shown: str) -> str:
    """Letters as a keypad has them (`1800FLOWERS`); X's that follow a digit at the end stay, for they are a range.

    One or two letters are a slip (an O for a zero), and guessing what was meant would port somebody else's number.
    """
    upper = text.upper()
    wildcards = WILDCARDS.search(upper)
    head, tail = (upper[: wildcards.start(1)], wildcards[1]) if wildcards else (upper, "")
    letters = {letter for letter in head if not letter.isdigit()}
    if not letters:
        return upper
    if letters == {"X"} or not WORD.search(head) or not re.fullmatch(r"[0-9]+[0-9A-Z]+", head):
        raise refusal(shown)
    return head.translate(KEYPAD) + tail


def _quoted(shown: str) -> str:
    return f"'{shown if shown.isprintable() else ascii(shown)[1:-1]}'"

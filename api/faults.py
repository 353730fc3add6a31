"""What the validator found wrong with a body, retold in our own codes and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# The validator's name for a fault -> our code and words; `{}` takes the limit that was passed.
WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("required", "This field is required."),
    "extra_forbidden": ("unknown_field", "There is no such field here."),
    "string_type": ("invalid", "A text is expected."),
    "string_too_long": ("too_long", "At most {max_length} characters are allowed."),
    "string_too_short": ("too_short", "At least {min_length} characters are expected."),
    "string_unicode": ("invalid_text", "The text holds broken characters."),
    "too_long": ("too_long", "At most {max_length} entries are allowed."),
    "too_short": ("too_short", "At least {min_length} entries are expected."),
    "bool_type": ("invalid", "true or false is expected."),
    "bool_parsing": ("invalid", "true or false is expected."),
    "int_type": ("invalid", "A whole number is expected."),
    "int_parsing": ("invalid", "A whole number is expected."),
    "int_from_float": ("invalid", "A whole number is expected."),
    "list_type": ("invalid", "A list is expected."),
    "dict_type": ("invalid", "An object is expected."),
    "model_type": ("invalid", "An object is expected."),
    "model_attributes_type": ("invalid", "An object is expected."),
    "literal_error": ("invalid_choice", "One of these is expected: {expected}."),
    "enum": ("invalid_choice", "One of these is expected: {expected}."),
    "greater_than_equal": ("out_of_range", "The smallest value is {ge}."),
    "less_than_equal": ("out_of_range", "The largest value is {le}."),
    "datetime_from_date_parsing": ("invalid", "An instant like 2027-01-08T13:00:00Z is expected."),
    "datetime_parsing": ("invalid", "An instant like 2027-01-08T13:00:00Z is expected."),
    "timezone_aware": ("invalid", "An instant with its offset is expected, like 2027-01-08T13:00:00Z."),
}
# Faults that our own types raise: they bring code and words along.
OURS = ("invalid_text", "invalid_date", "time_not_selectable", "invalid_email", "invalid", "invalid_limit", "too_long")
PLACES = {"body", "query", "path", "header"}


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each fault as `{pointer, code, message}`, in the order of the fields."""
    return [field_error(error) for error in errors]


def field_error(error: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(error["type"])
    if kind in OURS:
        code, message = kind, str(error["msg"])
    else:
        code, words = WORDS.get(kind, ("invalid", "The value is not of the kind that is expected."))
        message = words.format_map(_Facts(error.get("ctx") or {}))
    return {"pointer": pointer(error["loc"]), "code": code, "message": message}


def pointer(location: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) to a field of the body, or `/name` of a parameter."""
    steps = location[1:] if location and location[0] in PLACES else location
    steps = [step for step in steps if step != "[key]"]  # the validator's word for: the name itself is at fault
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class _Facts(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "what is allowed"

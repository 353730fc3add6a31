"""What an operator may write in an option: each function returns the value, or ends the command with one line."""

import re
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from launch.cli_common import refuse


def short_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]", value):
        refuse("An id has 2 to 40 small letters, digits and dashes, like acme-telecom.", 2)
    return value


def text(value: str, option: str) -> str:
    if not value.strip() or not value.isprintable() or len(value) > 200:
        refuse(f"{option} wants one line of text, at most 200 characters.", 2)
    return value.strip()


def email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        refuse(f"{value} is no mail address.", 2)


def time_zone(value: str) -> str:
    if value and value not in available_timezones():
        refuse(f"{value} is no time zone; write one like Europe/Berlin.", 2)
    return value


def price(value: str) -> str:
    if value and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", value):
        refuse(f"{value} is no price; write one like 1.50.", 2)
    return value

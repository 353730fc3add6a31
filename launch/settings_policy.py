"""The numbers of the rulebook as settings: one variable a field of Policy, so that none can be forgotten."""

import dataclasses
import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, create_model
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from launch.settings_sources import PREFIX
from porting.policy import Policy


def _list(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _rising(days: tuple[int, ...]) -> tuple[int, ...]:
    if list(days) != sorted(set(days)) or any(day < 1 for day in days):
        raise ValueError("days rise")
    return days


def _money(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", value):
        raise ValueError("an amount")
    return f"{Decimal(value):.2f}"


def _hour(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
        raise ValueError("an hour")
    return time.fromisoformat(value)


# What each figure says; the rule that it belongs to stands at the end.
SAYS = {
    "silence_days": "days a partner may be silent in MISSING_DATA before the lines become OUTBOUND (R29)",
    "reminder_days": "days of silence after which the partner is reminded (R28)",
    "last_reminder_days_before": "days before the end of an extended silence when a last reminder goes out (R30)",
    "change_notice_business_days": "business days before the porting date until which it can be changed (R23)",
    "change_fee": "price of a date change, in the partner's currency (R24)",
    "cutover_hour": "planned local hour of cut-over (R22)",
    "pbx_reminder_business_days": "business days before the date at which the PBX reminder goes out (R26)",
    "pbx_reminder_hour": "local hour of the PBX reminder (R26)",
    "delay_told_after_hours": "hours after the planned cut-over at which the partner is told of a delay (R27)",
    "incomplete_after_business_days": "business days after which a line that does not work is PORTING_INCOMPLETE (R27)",
    "approval_warning_days": "calendar days before a losing carrier's approval lapses at which all are warned (R21)",
    "outbound_only_business_days": "business days until an OUTBOUND_ONLY order is active (R06)",
    "max_days_ahead": "days ahead that a porting date may lie (R08)",
    "max_numbers": "numbers that one case may hold (R07)",
    "temporary_number_release_hours": "hours after a line is final at which its temporary number is given back (R33)",
    "temporary_number_quarantine_days": "days a temporary number rests before another line gets it (R33)",
    "temporary_number_price": "price of a temporary number (R32, R42)",
    "temporary_number_retry_minutes": "minutes until the first new try when none is to be had (R32)",
    "temporary_number_retry_longest_minutes": "longest pause between such tries, in minutes (R32)",
    "porting_fee": "price of a porting, charged at submission (R42)",
}
# Where nought makes sense: at once, or never.
FROM_NOUGHT = {
    "last_reminder_days_before", "change_notice_business_days", "pbx_reminder_business_days",
    "temporary_number_release_hours", "temporary_number_quarantine_days",
}  # fmt: skip
# The largest values that the process was tried with.
AT_MOST = {"silence_days": 3650, "max_numbers": 20_000, "max_days_ahead": 3650}


def _whole_number(name: str) -> tuple[Any, str]:
    low, high = (0 if name in FROM_NOUGHT else 1), AT_MOST.get(name, 100_000)
    return Annotated[int, Field(ge=low, le=high)], f"a whole number from {low} to {high}"


def _kind(name: str, default: object) -> tuple[Any, str]:
    """The type to read a figure with, and the words for what it may be."""
    if isinstance(default, tuple):
        kind = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_list), AfterValidator(_rising)]
        return kind, "rising whole numbers with commas between them, like 7,14,21,27"
    if isinstance(default, time):
        return Annotated[time, BeforeValidator(_hour)], "an hour of the day, like 14:00"
    if isinstance(default, str):
        return Annotated[str, AfterValidator(_money)], "an amount of at most two decimals, like 50.00"
    return _whole_number(name)


def _field(name: str, default: Any) -> tuple[Any, FieldInfo]:
    kind, words = _kind(name, default)
    says = SAYS.get(name, name.replace("_", " "))
    info: FieldInfo = Field(default=default, description=says, json_schema_extra={"allowed": words})
    return kind, info


class _Prefixed(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")


PolicySettings: type[BaseSettings] = create_model(
    "PolicySettings",
    __base__=_Prefixed,
    **{field.name: _field(field.name, field.default) for field in dataclasses.fields(Policy)},  # type: ignore[call-overload]
)


def read_policy() -> Policy:
    """The policy of cases opened from now on. Reminders that the silence would end before are dropped."""
    policy = Policy(**PolicySettings().model_dump())
    days = tuple(day for day in policy.reminder_days if day < policy.silence_days)
    return dataclasses.replace(policy, reminder_days=days)

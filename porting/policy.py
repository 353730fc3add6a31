"""The numbers of the rulebook as one value; a case keeps the policy that it was opened under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Policy:
    """Every figure that an operator may set. Days are calendar days unless the name says business days."""

    silence_days: int = 30
    reminder_days: tuple[int, ...] = (7, 14, 21, 27)
    last_reminder_days_before: int = 3
    change_notice_business_days: int = 5
    change_fee: str = "50.00"
    cutover_hour: time = time(14, 0)
    pbx_reminder_business_days: int = 1
    pbx_reminder_hour: time = time(9, 0)
    delay_told_after_hours: int = 4
    incomplete_after_business_days: int = 1
    approval_warning_days: int = 10
    outbound_only_business_days: int = 1
    max_days_ahead: int = 180
    max_numbers: int = 10_000
    temporary_number_release_hours: int = 24
    temporary_number_quarantine_days: int = 30
    temporary_number_price: str = "0.00"
    temporary_number_retry_minutes: int = 15
    temporary_number_retry_longest_minutes: int = 1440
    porting_fee: str = "0.00"

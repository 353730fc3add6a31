"""The business days of a place, from the holidays library: recorded when used, since its data change (R08, R23).

Counted are the library's public holidays of the country and region, as observed; half days and holidays of one
confession or one town are business days here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

import holidays

from geography.places import Place
from porting.country import country
from porting.dates import Calendar, local_date

YEARS_BACK = 1
YEARS_AHEAD = 6


@lru_cache(maxsize=512)
def calendar_of(key: str, first_year: int, last_year: int) -> Calendar:
    """The calendar of a place (`DE-BY@Europe/Berlin`) over whole years, the last included.

    Raises ValueError for what is no place's key, NotPortable for a country that is not served.
    """
    place = Place.from_key(key)
    region = place.region or country(place.country).region
    found = holidays.country_holidays(
        place.country, subdiv=region, years=range(first_year, last_year + 2), language="en_US"
    )
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return Calendar(
        place=key,
        time_zone=place.time_zone,
        holidays={day: found.get(day) for day in sorted(found) if first <= day <= last},
        first=first,
        last=last,
    )


class Calendars:
    """Calendars that reach from a year ago to six years ahead of now."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def of(self, place_key: str) -> Calendar:
        """The calendar of a line's place. Raises as calendar_of does."""
        year = self._now().year
        return calendar_of(place_key, year - YEARS_BACK, year + YEARS_AHEAD)

    def today(self, place_key: str) -> date:
        """The day that it is at a line's place."""
        return local_date(self._now(), Place.from_key(place_key).time_zone)

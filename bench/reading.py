"""Rows about reading: any number among very many, and lists while very many cases are open."""

from __future__ import annotations

import random
import time
from urllib.parse import quote

from bench.copies import copy_cases
from bench.rows import Goal, Row, measured, percentile
from bench.stand import SILENT, Stand

THOUSAND = 1000
LISTS = (
    "/v1/porting-cases",
    "/v1/porting-cases?status=SUBMITTED",
    "/v1/porting-cases?waiting_on=CARRIER&country=DE",
    "/v1/porting-cases?losing_carrier=Deutsche%20Telekom&limit=200",
    "/v1/porting-cases?q=Muster",
    "/v1/reports/orders",
)


async def find_number(stand: Stand, quick: bool) -> list[Row]:
    """Seconds to find any member of any range over HTTP."""
    ranges, asked = (10, 100) if quick else (100, 1000)
    stand.new_round()
    prepared = await stand.prepared(ranges, SILENT, "XXX")
    await stand.opened(prepared)
    await stand.quiet()
    chance = random.Random(1)
    seconds = []
    for _ in range(asked):
        spelled = chance.choice(prepared)[0].replace("XXX", f"{chance.randrange(THOUSAND):03}")
        began = time.monotonic()
        answer = await stand.api.get(f"/v1/numbers/{quote(spelled)}")
        seconds.append(time.monotonic() - began)
        if len(answer.raise_for_status().json()["items"]) != 1:
            raise RuntimeError(f"{spelled} was not found")
    return [measured("find_number", "s", Goal(0.020), seconds, percentile(seconds, 0.95))]


async def lists(stand: Stand, quick: bool) -> list[Row]:
    """Seconds for a page of each list and of the desk's queue; rows copied from one open case stand beside it."""
    copies, rounds = (500, 5) if quick else (50_000, 20)
    stand.new_round()
    [case_id] = await stand.opened(await stand.prepared(1, SILENT))
    await stand.quiet()
    await copy_cases(stand.database, case_id, copies)
    await stand.log_in()
    seconds = []
    for _ in range(rounds):
        for client, path in (*((stand.api, path) for path in LISTS), (stand.desk, "/desk")):
            began = time.monotonic()
            (await client.get(path)).raise_for_status()
            seconds.append(time.monotonic() - began)
    return [measured("list", "s", Goal(0.200), seconds, percentile(seconds, 0.95))]

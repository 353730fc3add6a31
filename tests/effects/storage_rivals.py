"""A process of its own that works on a database beside others: `python -m tests.effects.storage_rivals <job> …`."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from storage import inbox, mails, stock
from storage.cases import open_case
from storage.database import Database
from storage.tables import cursors
from tests.effects.stored_cases import an_opening
from tests.examples import MONDAY, a_case, a_line

ROOT = Path(__file__).parents[2]


async def allocate(database: Database, rival: str, times: str) -> None:
    """Asks for a number for as many lines, and prints what it got."""
    for line in range(int(times)):
        number = await database.write(
            lambda c, line=line: stock.allocate(c, f"PC-{rival}", f"line-{line}", 1, "DE", MONDAY)
        )
        print(number, flush=True)


async def allocate_same(database: Database, rival: str, times: str) -> None:
    """Asks for the same lines as every other process."""
    for line in range(int(times)):
        number = await database.write(lambda c, line=line: stock.allocate(c, "PC-1", f"line-{line}", 1, "DE", MONDAY))
        print(f"{line}:{number}", flush=True)


async def count(database: Database, rival: str, times: str) -> None:
    """Reads a number and writes it back one higher: what a lost update would show in."""
    for _ in range(int(times)):
        async with database.begin() as connection:
            seen = select(cursors.c.value).where(cursors.c.name == "counter").with_for_update()
            value = int((await connection.execute(seen)).scalar_one())
            higher = update(cursors).where(cursors.c.name == "counter").values(value=str(value + 1))
            await connection.execute(higher)
        print(value, flush=True)


async def acknowledge(database: Database, rival: str, times: str) -> None:
    """Opens cases, and prints the id of each once it is acknowledged."""
    for number in range(int(times)):
        case_id = f"PC-{rival}-{number}"
        case = a_case(a_line(f"+49{rival}{number:08d}"), case_id=case_id, reference=case_id)
        await database.write(lambda c, case=case: open_case(c, an_opening(case)))
        print(case_id, flush=True)


async def claim_mails(database: Database, rival: str, times: str) -> None:
    """Claims mails and marks them as sent, until none is left; prints each."""
    for _ in range(int(times)):
        claimed = await database.write(lambda c: mails.claim(c, MONDAY, 5, timedelta(minutes=2)))
        for mail in claimed:
            async with database.begin() as connection:
                if await mails.mark_sending(connection, mail, MONDAY):
                    print(mail.id, flush=True)
                    await mails.mark_sent(connection, mail, MONDAY, "250 ok")


async def claim_inbox(database: Database, rival: str, times: str) -> None:
    for _ in range(int(times)):
        for arrival in await database.write(lambda c: inbox.claim(c, MONDAY, 5, timedelta(minutes=2))):
            print(arrival.id, flush=True)
            await database.write(lambda c, arrival=arrival: inbox.done(c, arrival.id, MONDAY))


async def die_sending(database: Database, rival: str, times: str) -> None:
    """Says that it begins to send a mail, and then waits to be killed."""
    (mail,) = await database.write(lambda c: mails.claim(c, MONDAY, 1, timedelta(minutes=2)))
    await database.write(lambda c: mails.mark_sending(c, mail, MONDAY))
    print("sending", flush=True)
    await asyncio.Event().wait()


async def put_a_counter(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(insert(cursors).values(name="counter", value="0", updated_at=MONDAY))


def start(database: Database, job: str, rival: int, times: int = 1) -> subprocess.Popen[str]:
    """A rival as a real process."""
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.effects.storage_rivals", job, url, str(rival), str(times)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def run_all(database: Database, job: str, rivals: int, times: int) -> Sequence[str]:
    """What all of them printed, after each ended well."""
    running = [start(database, job, rival, times) for rival in range(1, rivals + 1)]
    said = [process.communicate(timeout=120)[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * rivals
    return [word for words in said for word in words]


async def main(job: str, url: str, *arguments: str) -> None:
    database = Database(url)
    await globals()[job](database, *arguments)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

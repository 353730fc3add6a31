"""Processes that work on one database at once: real ones, forked from one that has imported everything."""

import asyncio
import os
import subprocess
import sys
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


def say(word: object) -> None:
    """One line, written at once: lines of several processes do not mix."""
    os.write(sys.stdout.fileno(), f"{word}\n".encode())


async def allocate(database: Database, rival: str, times: str) -> None:
    """Asks for a number for as many lines, and prints what it got."""
    for line in range(int(times)):
        number = await database.write(
            lambda c, line=line: stock.allocate(c, f"PC-{rival}", f"line-{line}", 1, "DE", MONDAY)
        )
        say(number)


async def allocate_same(database: Database, rival: str, times: str) -> None:
    """Asks for the same lines as every other process."""
    for line in range(int(times)):
        number = await database.write(lambda c, line=line: stock.allocate(c, "PC-1", f"line-{line}", 1, "DE", MONDAY))
        say(f"{line}:{number}")


async def count(database: Database, rival: str, times: str) -> None:
    """Reads a number and writes it back one higher: what a lost update would show in."""
    for _ in range(int(times)):
        async with database.begin() as connection:
            seen = select(cursors.c.value).where(cursors.c.name == "counter").with_for_update()
            value = int((await connection.execute(seen)).scalar_one())
            higher = update(cursors).where(cursors.c.name == "counter").values(value=str(value + 1))
            await connection.execute(higher)
        say(value)


async def acknowledge(database: Database, rival: str, times: str) -> None:
    """Opens cases, and prints the id of each once it is acknowledged."""
    for number in range(int(times)):
        case_id = f"PC-{rival}-{number}"
        case = a_case(a_line(f"+4989{rival}{number:07d}"), case_id=case_id, reference=case_id)
        await database.write(lambda c, case=case: open_case(c, an_opening(case)))
        say(case_id)


async def claim_mails(database: Database, rival: str, times: str) -> None:
    """Claims mails and marks them as sent, until none is left; prints each."""
    for _ in range(int(times)):
        claimed = await database.write(lambda c: mails.claim(c, MONDAY, 5, timedelta(minutes=2)))
        for mail in claimed:
            async with database.begin() as connection:
                if await mails.mark_sending(connection, mail, MONDAY):
                    say(mail.id)
                    await mails.mark_sent(connection, mail, MONDAY, "250 ok")


async def claim_inbox(database: Database, rival: str, times: str) -> None:
    for _ in range(int(times)):
        for arrival in await database.write(lambda c: inbox.claim(c, MONDAY, 5, timedelta(minutes=2))):
            say(arrival.id)
            await database.write(lambda c, arrival=arrival: inbox.done(c, arrival.id, MONDAY))


async def die_sending(database: Database, rival: str, times: str) -> None:
    """Says that it begins to send a mail, and then waits to be killed."""
    (mail,) = await database.write(lambda c: mails.claim(c, MONDAY, 1, timedelta(minutes=2)))
    await database.write(lambda c: mails.mark_sending(c, mail, MONDAY))
    say("sending")
    await asyncio.Event().wait()


async def put_a_counter(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(insert(cursors).values(name="counter", value="0", updated_at=MONDAY))


class Rivals:
    """The one process that has imported everything, and that forks into as many as a job asks for."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.effects.storage_rivals"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def start(self, database: Database, job: str, rivals: int = 1, times: int = 1) -> list[int]:
        """The ids of the processes that do the job now; `lines` is what they print."""
        assert self._process.stdin is not None
        print(job, database.url.render_as_string(hide_password=False), rivals, times, file=self._process.stdin)
        return [int(process) for process in self.line().split()]

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def rest(self) -> tuple[list[str], list[int]]:
        """What they print until the last of them has ended, and how each ended."""
        said = list(iter(self.line, "END"))
        return said, [int(code) for code in self.line().split()]

    def run(self, database: Database, job: str, rivals: int, times: int) -> list[str]:
        """What all of them printed, after each ended well."""
        self.start(database, job, rivals, times)
        said, codes = self.rest()
        assert codes == [0] * rivals
        return said

    def stop(self) -> None:
        self._process.communicate(timeout=30)


def main() -> None:
    """Does one job a line of the input: the ids of its processes, what they say, END, and how each ended."""
    for line in iter(sys.stdin.readline, ""):
        job, url, rivals, times = line.split()
        # They wait for each other, and for their ids to be told first.
        gate, opened = os.pipe()
        processes = [fork(gate, job, url, rival, times) for rival in range(int(rivals))]
        say(" ".join(map(str, processes)))
        os.write(opened, b"x" * len(processes))
        codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
        say("END")
        say(" ".join(map(str, codes)))


def fork(gate: int, job: str, url: str, rival: int, times: str) -> int:
    """The new process's id; the new process itself never comes back from here."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.read(gate, 1)
            asyncio.run(work(job, url, rival, times))
            code = 0
        finally:
            os._exit(code)
    return process


async def work(job: str, url: str, rival: int, times: str) -> None:
    database = Database(url)
    await globals()[job](database, str(rival + 1), times)
    await database.close()


if __name__ == "__main__":
    main()

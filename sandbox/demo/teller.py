"""Tells the stories on the console: one story after another, however they are played; plain when it is piped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from sandbox.demo.lines import Line, Mark, Result
from sandbox.demo.story import Story

SIGNS = {Mark.DONE: "✓", Mark.FAILED: "✗", Mark.EVENT: "·", Mark.STATE: "", Mark.DIFFERS: ""}
PLAIN_SIGNS = {Mark.DONE: "+", Mark.FAILED: "x", Mark.EVENT: "-", Mark.STATE: "", Mark.DIFFERS: ""}
STYLES = {
    Mark.DONE: "", Mark.FAILED: "bold red", Mark.EVENT: "cyan", Mark.STATE: "dim", Mark.DIFFERS: "red",
}  # fmt: skip
SIGN_STYLES = {Mark.DONE: "bold green", Mark.FAILED: "bold red"}
CLOCK_WIDTH = 16
WIDEST = 110


def clock(at: datetime | None) -> str:
    """`Mon 30 Nov 08:01`, UTC."""
    return f"{at:%a} {at.day:>2} {at:%b %H:%M}" if at else ""


class Teller:
    """The first story that has not ended is told live; what the others do meanwhile is told when their turn comes."""

    def __init__(self, stories: Mapping[str, Story], console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, markup=False, emoji=False)
        if self.console.width > WIDEST:
            self.console.width = WIDEST
        self._stories = stories
        self._waiting = list(stories)
        self._kept: dict[str, list[Line]] = {name: [] for name in stories}
        self._ended: dict[str, Result] = {}
        self._signs = SIGNS if "utf" in self.console.encoding.lower() else PLAIN_SIGNS
        self._status: Status | None = None

    def begin(self, now: datetime) -> None:
        count = f"{len(self._stories)} stories" if len(self._stories) > 1 else "One story"
        words = f"{count}; the sandbox's clock stands at {clock(now)} {now.year} (UTC)."
        self.console.print(Text(words))
        if self.console.is_terminal:
            self._status = self.console.status(clock(now))
            self._status.start()
        self._turn()

    def tick(self, now: datetime) -> None:
        """The clock went on."""
        if self._status:
            under_way = len(self._stories) - len(self._ended)
            self._status.update(Text(f"{clock(now)} {now.year} · {under_way} stories under way"))

    def tell(self, name: str, line: Line) -> None:
        if self._waiting and self._waiting[0] == name:
            self._print(line)
        else:
            self._kept[name].append(line)

    def ended(self, result: Result) -> None:
        self._ended[result.name] = result
        while self._waiting and self._waiting[0] in self._ended:
            self._close(self._ended[self._waiting.pop(0)])
            self._turn()

    def stop(self) -> None:
        if self._status:
            self._status.stop()

    def _turn(self) -> None:
        """The next story is told: its title, and what it did so far."""
        if not self._waiting:
            return
        name = self._waiting[0]
        story = self._stories[name]
        number = len(self._stories) - len(self._waiting) + 1
        self.console.print()
        self.console.print(Text(f"{number}. {story.title}", "bold"))
        print_row(self.console, Text("   "), Text(story.tells))
        for line in self._kept.pop(name):
            self._print(line)

    def _print(self, line: Line) -> None:
        text = Text(f"= {line.text}" if line.mark is Mark.STATE else line.text, STYLES[line.mark])
        sign = Text(f"{self._signs[line.mark]:>2} ", SIGN_STYLES.get(line.mark, ""))
        print_row(self.console, sign + Text(f"{clock(line.at):<{CLOCK_WIDTH}} ", "dim"), text)

    def _close(self, result: Result) -> None:
        mark = Mark.DONE if result.went_as_told else Mark.FAILED
        words = "as told" if result.went_as_told else f"NOT as told: {result.failures[0]}"
        print_row(self.console, Text("   "), Text(f"{self._signs[mark]} {words}", SIGN_STYLES[mark]))


def print_row(console: Console, before: Text, text: Text) -> None:
    """The text in a column of its own; no line ends in blanks, as it would in a table."""
    for row in text.wrap(console, console.width - before.cell_len):
        row.rstrip()
        console.print(before + row)
        before = Text(" " * before.cell_len)


def print_mails(console: Console, result: Result, mails: Mapping[str, Sequence[Any]]) -> None:
    """Every closed case's mails: what all its subjects begin with once, then a line a mail."""
    for case_id, heard in mails.items():
        case = next(case for case in result.cases if case["id"] == case_id)
        first = f"[{case_id}] {heard[0]['numbers'][0] if heard[0]['numbers'] else ''}".strip() if heard else case_id
        console.print()
        console.print(Text(f"{first} · {case['status']} · {result.title}", "bold"))
        for mail in heard:
            subject = str(mail["subject"]).removeprefix(first).strip()
            at = datetime.fromisoformat(mail["at"])
            print_row(console, Text(f"   {clock(at):<{CLOCK_WIDTH}} ", "dim"), Text(subject))


def print_table(console: Console, results: Sequence[Result]) -> None:
    """A line a story: how it went, how its cases ended, and how long it took on the sandbox's clock."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="bold")
    table.add_column("#", justify="right")
    table.add_column("Story", ratio=1, overflow="fold")
    table.add_column("Cases ended", overflow="fold")
    table.add_column("Days", justify="right")
    table.add_column("Told", no_wrap=True)
    for number, result in enumerate(results, 1):
        statuses = ", ".join(case["status"] for case in result.cases)
        days = (result.ended - result.began).days if result.began and result.ended else 0
        told = Text("yes", "green") if result.went_as_told else Text("NO", "bold red")
        table.add_row(str(number), Text(result.title), Text(statuses), str(days), told)
    console.print()
    console.print(table)

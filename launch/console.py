"""What the stack says on the console: one line an occurrence, nothing else."""

import contextlib
import sys
import time
from collections.abc import Mapping, Sequence


class Console:
    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, line: str) -> None:
        # A reader that went away (`make run | head`) must not end the stack.
        with contextlib.suppress(OSError):
            print(line, flush=True)

    def ready(self, name: str, shows: str, *, again: bool) -> None:
        words = "is back" if again else f"ready after {time.monotonic() - self._began:.1f} s"
        self.say(f"  {name:<10} {words:<20} {shows}".rstrip())

    def died(self, sentence: str, last_words: Sequence[str]) -> None:
        self.say(f"! {sentence}")
        for line in last_words:
            self.say(f"    {line[:300]}")

    def table(self, title: str, rows: Mapping[str, str]) -> None:
        self.say(title)
        for name, value in rows.items():
            self.say(f"  {name:<10} {value}")


def complain(text: str) -> None:
    """The cause that ended the program, where a script finds it."""
    print(f"portdesk: {text}", file=sys.stderr, flush=True)

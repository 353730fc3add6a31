"""The sandbox's clock: wall clock plus an offset that all its processes read from one small file."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path


def next_monday(at: datetime) -> datetime:
    """The next Monday, 08:00 UTC: where a rehearsal begins."""
    ahead = 7 - at.weekday()
    return datetime.combine(at.date() + timedelta(days=ahead), time(8), UTC)


class SandboxClock:
    """Runs at the pace of the wall clock unless it is set ahead; never goes back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = (0, 0)
        self._offset = timedelta()

    @property
    def offset(self) -> timedelta:
        """How far the sandbox is ahead of the wall clock."""
        file = self._path.stat()
        # The inode too: two settings within one tick of the file system's clock have one mtime.
        changed = (file.st_ino, file.st_mtime_ns)
        if changed != self._read_at:
            self._offset = timedelta(seconds=float(self._path.read_text()))
            self._read_at = changed
        return self._offset

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self.offset

    def begin(self) -> None:
        """Start at the next Monday, unless the clock runs already."""
        if not self._path.exists():
            wall = datetime.now(UTC)
            self._write(next_monday(wall) - wall)

    def set_to(self, moment: datetime) -> None:
        """Go on from that moment; one that is over changes nothing."""
        ahead = moment - self.now()
        if ahead > timedelta():
            self._write(self.offset + ahead)

    def _write(self, offset: timedelta) -> None:
        # In one step, so that no process ever reads half a number.
        fresh = self._path.with_suffix(".new")
        fresh.write_text(repr(offset.total_seconds()))
        fresh.replace(self._path)

"""The embedded default: a number platform that writes down what it was told, for whoever sets switches by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from switch.contract import Mode

Keep = Callable[[str, Sequence[str], str], Awaitable[None]]


class RecordedPlatform:
    """`keep` writes down case, numbers and mode; launch gives the one of storage."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    async def set_mode(self, case_id: str, numbers: Sequence[str], mode: Mode) -> None:
        await self._keep(case_id, numbers, mode)

    async def connect(self, case_id: str, temporary: Mapping[str, str]) -> None:
        await self._keep(case_id, list(temporary), "CONNECTED")

    async def disconnect(self, case_id: str, temporary: Sequence[str]) -> None:
        await self._keep(case_id, temporary, "DISCONNECTED")

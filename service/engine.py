"""The process engine as the doors see it: start a case, tell it something."""

from __future__ import annotations

from typing import Protocol

from porting.case import Case
from porting.commands import AnyCommand
from workflows.client import CaseNotRunning, EngineUnavailable

__all__ = ["CaseNotRunning", "Engine", "EngineUnavailable"]


class Engine(Protocol):
    """What of `workflows.client.PortingCases` is used here."""

    async def start(self, case: Case) -> None:
        """Start the case's process; one that runs already is left alone. Raises EngineUnavailable."""

    async def update(self, case_id: str, command: AnyCommand, update_id: str) -> int:
        """Tell the case; the version after it. Raises PortingErrors, EngineUnavailable, CaseNotRunning."""

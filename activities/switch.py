"""Sets numbers on the number platform."""

from __future__ import annotations

from temporalio import activity

from porting.instructions import ActivateNumbers, SetOutboundOnly
from switch.contract import Mode, NumberPlatform


class SwitchActivities:
    """Setting a mode twice is setting it once."""

    def __init__(self, platform: NumberPlatform) -> None:
        self._platform = platform

    @activity.defn
    async def set_outbound_only(self, instruction: SetOutboundOnly) -> None:
        await self._platform.set_mode(instruction.case_id, instruction.numbers, Mode.OUTBOUND_ONLY)

    @activity.defn
    async def activate(self, instruction: ActivateNumbers) -> None:
        await self._platform.set_mode(instruction.case_id, instruction.numbers, Mode.FULL)

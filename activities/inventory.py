"""Gets temporary numbers for lines, and gives them back."""

from __future__ import annotations

from temporalio import activity

from inventory.contract import TemporaryNumbers
from porting.instructions import AssignTemporaryNumbers, ReleaseTemporaryNumbers, TemporaryNumbersFound
from switch.contract import NumberPlatform

# Own stock and number platform wait apart from the cases: at the hour of cut-over a slow platform holds up no record.
NUMBERS_QUEUE = "numbers"


class InventoryActivities:
    """A line that has a number keeps it however often it is asked for; a number never stands on two lines (R33)."""

    def __init__(self, numbers: TemporaryNumbers, platform: NumberPlatform) -> None:
        self._numbers = numbers
        self._platform = platform

    @activity.defn
    async def assign(self, instruction: AssignTemporaryNumbers) -> TemporaryNumbersFound:
        """Find numbers and have the platform ring them through; what is found is usable at once (R31)."""
        found = await self._numbers.assign(
            instruction.case_id, instruction.partner, instruction.country, instruction.numbers
        )
        await self._platform.connect(instruction.case_id, {one.temporary: one.number for one in found.assigned})
        return found

    @activity.defn
    async def release(self, instruction: ReleaseTemporaryNumbers) -> None:
        """Give the lines' numbers back into quarantine (R33)."""
        released = await self._numbers.release(
            instruction.case_id, instruction.numbers, instruction.quarantine_days
        )
        await self._platform.disconnect(instruction.case_id, released)

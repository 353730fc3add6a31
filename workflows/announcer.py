"""Tells the world what happened to a case, in order, one step at a time."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from porting import diary
    from porting.announcement import Announcement
    from porting.case import Case
    from workflows import steps

STATUS = SearchAttributeKey.for_keyword("PortingStatus")
WAITING_ON = SearchAttributeKey.for_keyword("WaitingOn")
NEXT_DEADLINE = SearchAttributeKey.for_datetime("NextDeadline")


class Announcer:
    """The only one who announces: so news leaves in order, and a slow record holds up no decision."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._speaking = False
        self._task: asyncio.Task[None] | None = None
        self._shown: tuple[object, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether everything was told."""
        return not self._speaking and not self._case.has_news

    def start(self) -> None:
        self._task = asyncio.create_task(self._speak())

    async def _speak(self) -> None:
        while True:
            await workflow.wait_condition(lambda: self._case.has_news)
            self._speaking = True
            announcement = self._case.announce(diary.next_alarm(self._case))
            self._show_in_temporal(announcement)
            await steps.announce(announcement)
            self._speaking = False

    def _show_in_temporal(self, announcement: Announcement) -> None:
        header = announcement.header
        workflow.set_current_details(f"**{header.status}** — {header.next_step}")
        updates: list[SearchAttributeUpdate[Any]] = [
            STATUS.value_set(header.status), WAITING_ON.value_set(header.waiting_on),
            NEXT_DEADLINE.value_set(header.deadline) if header.deadline else NEXT_DEADLINE.value_unset(),
        ]
        shown = (header.status, header.waiting_on, header.deadline)
        if shown != self._shown:
            self._shown = shown
            workflow.upsert_search_attributes(updates)


def first_attributes(case: Case) -> list[SearchAttributePair[Any]]:
    """What a case is found by in Temporal's own lists from its first moment."""
    countries = sorted({line.country for line in case.lines})
    return [
        SearchAttributePair(SearchAttributeKey.for_keyword("Partner"), case.partner),
        SearchAttributePair(SearchAttributeKey.for_keyword_list("Country"), countries),
        SearchAttributePair(STATUS, case.status),
        SearchAttributePair(WAITING_ON, case.waiting_on),
    ]

"""What nobody asks for any more goes by itself, in small steps, and nothing that is still wanted goes with it."""

from datetime import timedelta

import pytest

from service import forgetting
from service.forgetting import Forgetting
from storage import idempotency, inbox
from storage.database import Database
from tests.examples import MONDAY


async def test_old_answers_and_settled_messages_go_batch_by_batch_and_the_others_stay(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I2, I5: within their time a repeated call has its first answer, and a repeated message changes nothing."""
    monkeypatch.setattr(forgetting, "BATCH", 2)
    monkeypatch.setattr(forgetting, "PAUSE_SECONDS", 0.0)
    for number in range(3):
        async with any_database.begin() as connection:
            await idempotency.begin(connection, "PA-1", f"key-{number}", "hash", MONDAY)
            await inbox.receive(connection, "telnyx", f"evt-{number}", f"PC-{number}-1", "", {}, MONDAY)
            [arrival] = await inbox.claim(connection, MONDAY, 1, timedelta(minutes=1))
            await inbox.done(connection, arrival.id, MONDAY, "read")
    settled = Forgetting(any_database, lambda: MONDAY + timedelta(days=90))
    within_their_time = Forgetting(any_database, lambda: MONDAY + timedelta(days=29))
    assert await within_their_time.once() == 0
    async with any_database.begin() as connection:
        await idempotency.begin(connection, "PA-1", "young", "hash", MONDAY + timedelta(days=80))
        await inbox.receive(connection, "telnyx", "evt-unread", "PC-9-1", "", {}, MONDAY)
    assert [await settled.once() for _ in range(3)] == [4, 2, 0]
    async with any_database.begin() as connection:
        again = await idempotency.begin(connection, "PA-1", "young", "hash", MONDAY + timedelta(days=90))
        assert isinstance(again, idempotency.Begun) and again.again
        assert await inbox.unsettled_count(connection) == 1

"""A process of the stack loads at once, and begins its work at its stack's word."""

import os
import threading

import pytest

from launch.child import GO_FD
from launch.process import wait_for_go


@pytest.fixture
def stack_end(monkeypatch: pytest.MonkeyPatch) -> int:
    """The stack's end of the pipe at which this process is held."""
    held_at, go = os.pipe()
    monkeypatch.setenv(GO_FD, str(held_at))
    return go


def test_it_goes_at_the_stacks_word_and_its_own_children_are_not_held(stack_end: int) -> None:
    os.write(stack_end, b"go\n")
    wait_for_go()
    assert GO_FD not in os.environ
    os.close(stack_end)


def test_it_ends_with_a_stack_that_died_before_the_word(stack_end: int) -> None:
    os.close(stack_end)
    with pytest.raises(SystemExit):
        wait_for_go()


def test_without_a_stack_it_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(GO_FD, raising=False)
    waiting = threading.Thread(target=wait_for_go, daemon=True)
    waiting.start()
    waiting.join(10)
    assert not waiting.is_alive()

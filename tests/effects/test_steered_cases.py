"""What the sandbox's clock waits for: a case rests only when nothing of it is still to come by itself (R20)."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse

from sandbox.cases import CLOSE_ENOUGH, LITTLE_BEHIND, Standing, read_standing

NOW = datetime(2026, 12, 7, 8, tzinfo=UTC)
RUNNING = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
WAITING = PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED


def described(*, taken_up: bool = True) -> DescribeWorkflowExecutionResponse:
    """A case whose own now is a little after the moment of its start."""
    raw = DescribeWorkflowExecutionResponse()
    raw.workflow_execution_info.execution_time.FromDatetime(NOW - timedelta(milliseconds=100))
    raw.workflow_extended_info.time_skipping_info.current_time.FromDatetime(NOW)
    if taken_up:
        raw.workflow_execution_info.most_recent_worker_version_stamp.SetInParent()
    return raw


def test_a_case_that_waits_for_a_date_or_for_somebody_rests() -> None:
    standing = read_standing(described())
    assert (standing.is_at_rest, standing.at, standing.next_try) == (True, NOW, None)


def test_a_case_that_no_worker_has_taken_up_does_not_rest_though_nothing_of_it_is_pending() -> None:
    """Else days pass over it before its order is sent."""
    assert not read_standing(described(taken_up=False)).is_at_rest


def test_a_case_that_thinks_or_calls_does_not_rest() -> None:
    thinks, calls = described(), described()
    thinks.pending_workflow_task.SetInParent()
    calls.pending_activities.append(PendingActivityInfo(state=RUNNING, attempt=2))
    assert not read_standing(thinks).is_at_rest
    assert not read_standing(calls).is_at_rest


def test_a_case_whose_calls_all_failed_rests_until_the_first_is_tried_again() -> None:
    raw = described()
    for minutes in (9, 4):
        failed = PendingActivityInfo(state=WAITING, attempt=3)
        failed.next_attempt_schedule_time.FromDatetime(NOW + timedelta(minutes=minutes))
        raw.pending_activities.append(failed)
    standing = read_standing(raw)
    assert (standing.is_at_rest, standing.next_try) == (True, NOW + timedelta(minutes=4))
    raw.pending_activities.append(PendingActivityInfo(state=WAITING, attempt=1))
    assert not read_standing(raw).is_at_rest


def test_a_call_whose_time_has_come_is_at_work_before_anybody_takes_it() -> None:
    raw = described()
    due = PendingActivityInfo(state=WAITING, attempt=3)
    due.next_attempt_schedule_time.FromDatetime(NOW - timedelta(milliseconds=5))
    raw.pending_activities.append(due)
    standing = read_standing(raw)
    assert (standing.is_at_rest, standing.next_try) == (False, None)


def test_only_a_case_that_waits_for_a_later_try_may_lag_for_a_leap_to_less_would_make_it_try_at_once() -> None:
    later, over = NOW + timedelta(minutes=20), NOW - timedelta(seconds=1)
    assert Standing(is_at_rest=True, at=NOW, next_try=later).may_lag(NOW) == LITTLE_BEHIND
    for other in (
        Standing(is_at_rest=True, at=NOW),
        Standing(is_at_rest=True, at=NOW, next_try=over),
        Standing(is_at_rest=False, at=NOW, next_try=later),
    ):
        assert other.may_lag(NOW) == CLOSE_ENOUGH

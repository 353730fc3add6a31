"""Who hears of what (R39): the partner of every change of a status, care of what waits for it."""

from dataclasses import replace

import pytest

from notifications import samples
from notifications.catalogue import CATALOGUE, Audience, Silent, hears, template_of, templates
from porting import events
from porting.commands import Role

PARTNER, CARE = Audience.PARTNER, Audience.CARE
# Events that move a line to another status (R16), and what else a partner must know.
MOVES = (
    events.CaseOpened, events.DataMissing, events.LinesResubmitted, events.OrderAcknowledged, events.DateConfirmed,
    events.PortingFailed, events.LinesCompleted, events.LinesRejected, events.LinesTerminated,
    events.LinesWentOutbound,
)  # fmt: skip
STAGES = (
    events.DateMoved, events.DateChangeAsked, events.DateChangeAccepted, events.DateChangeCountered,
    events.DateChangeDeclined, events.WishPassed, events.CutoverNear, events.CutoverDelayed, events.PartnerReminded,
    events.ClockExtended, events.CancellationAsked, events.CancellationRefused, events.TemporaryNumbersActive,
    events.TemporaryNumbersReleased, events.CaseClosed, events.ApprovalEnds, events.ApprovalLapsed,
)  # fmt: skip


def heard(kind: type[events.Event], role: Role = Role.SYSTEM) -> tuple[Audience, ...]:
    return hears(samples.entry(samples.EVENTS[kind], role=role))


@pytest.mark.parametrize("kind", [*MOVES, *STAGES])
def test_the_partner_hears_of_each_change_and_each_stage_worth_knowing_r39(kind: type[events.Event]) -> None:
    assert PARTNER in heard(kind)


@pytest.mark.parametrize("kind", [events.CareNeeded, events.TemporaryNumbersUnavailable])
def test_what_only_care_can_settle_is_told_to_care_alone_r32(kind: type[events.Event]) -> None:
    assert heard(kind) == (CARE,)


def test_care_hears_of_a_failed_cut_over_because_the_line_waits_for_it_r27() -> None:
    assert heard(events.PortingFailed) == (PARTNER, CARE)


@pytest.mark.parametrize("kind", [events.NewsIgnored, events.CarrierNoted, events.OrderSent, events.OrderSplit])
def test_what_changes_nothing_for_the_partner_mails_nobody_r17(kind: type[events.Event]) -> None:
    assert heard(kind) == ()


def test_a_comment_goes_to_the_side_that_did_not_write_it() -> None:
    assert heard(events.CommentAdded, Role.PARTNER) == (CARE,)
    assert heard(events.CommentAdded, Role.CARE) == (PARTNER,)
    assert heard(events.CommentAdded, Role.CARRIER) == (CARE,)


@pytest.mark.parametrize("role", list(Role))
def test_an_internal_comment_never_leaves_care(role: Role) -> None:
    internal = replace(samples.EVENTS[events.CommentAdded], internal=True)
    assert PARTNER not in hears(samples.entry(internal, role=role))


def test_a_release_of_no_temporary_number_is_no_news_r33() -> None:
    nothing = events.TemporaryNumbersReleased(numbers=samples.NUMBERS, released=())
    assert hears(samples.entry(nothing)) == ()


def test_silence_always_has_a_reason() -> None:
    assert all(len(row.why.split()) >= 4 for row in CATALOGUE.values() if isinstance(row, Silent))


def test_a_template_is_named_after_its_event_and_audience() -> None:
    assert template_of("date_confirmed", PARTNER) == "date_confirmed.partner"
    assert {"date_confirmed.partner", "comment_added.care", "case_closed.partner"} <= set(templates())

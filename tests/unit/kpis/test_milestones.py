"""Milestones that are blocked for too long, or on which nobody reports."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kpis.rules.detection import MilestoneFacts, detect_milestone
from kpis.rules.rules_catalogue import typed

MONDAY = date(2019, 4, 8)
BLOCKED = MilestoneFacts(date(2019, 9, 1), blocked_since=MONDAY, blocked_by="Treasury")
SILENT = MilestoneFacts(date(2019, 9, 1), last_report=MONDAY)


def found(kind, facts, today, holidays=frozenset(), **given):
    params = typed(kind, given)
    return detect_milestone(kind, facts=facts, params=params, today=today, holidays=holidays)


def test_a_milestone_is_blocked_too_long_after_so_many_working_days():
    friday = date(2019, 4, 19)
    assert found("milestone_blocked", BLOCKED, friday) == []
    [one] = found("milestone_blocked", BLOCKED, friday + timedelta(days=3))
    assert one.period.start == date(2019, 4, 22)
    assert one.evidence == {"blocked_by": "Treasury", "since": "2019-04-08", "working_days": 10}
    assert found("milestone_blocked", BLOCKED, date(2019, 6, 1)) == [one]
    monday_off = frozenset({date(2019, 4, 22)})
    assert found("milestone_blocked", BLOCKED, date(2019, 4, 22), monday_off) == []


@pytest.mark.parametrize("facts", [MilestoneFacts(MONDAY), replace(BLOCKED, done_on=MONDAY)])
def test_what_is_free_or_done_is_not_blocked(facts):
    assert found("milestone_blocked", facts, date(2019, 6, 1)) == []


def test_without_tolerance_a_milestone_is_blocked_at_once():
    [one] = found("milestone_blocked", BLOCKED, MONDAY, working_days=0)
    assert one.period.start == MONDAY


def test_nothing_reported_for_too_long_is_found_the_day_after():
    due = MONDAY + timedelta(days=35)
    assert found("milestone_unreported", SILENT, due) == []
    [one] = found("milestone_unreported", SILENT, due + timedelta(days=1))
    assert one.period.start == due + timedelta(days=1)
    assert one.evidence == {"last_report": "2019-04-08", "days": 35, "due": "2019-05-13"}


def test_before_any_report_the_days_count_from_when_reports_are_due():
    never = MilestoneFacts(date(2019, 9, 1), report_from=MONDAY)
    [one] = found("milestone_unreported", never, date(2019, 6, 1))
    assert (one.evidence["last_report"], one.evidence["due"]) == ("", "2019-05-13")
    assert found("milestone_unreported", MilestoneFacts(MONDAY), date(2019, 6, 1)) == []


def test_nobody_needs_to_report_on_what_is_done():
    assert found("milestone_unreported", replace(SILENT, done_on=MONDAY), date(2019, 6, 1)) == []

"""What an owner may report, when, and how often a finish moved."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from labs.rules import milestones
from labs.rules.milestones import Report, Said

TODAY = date(2019, 4, 17)
MAY, JUNE, JULY = date(2019, 5, 1), date(2019, 6, 1), date(2019, 7, 1)


def checked(state: str, previous: str | None = None, **fields: object) -> dict[str, str]:
    return milestones.check(Report(state, **fields), previous=previous, on=TODAY)


@pytest.mark.parametrize("state", ["not_started", "on_course"])
def test_plain_states_need_nothing(state: str) -> None:
    assert checked(state) == {}


def test_each_state_asks_for_its_own() -> None:
    assert checked("late") == {"expected_finish": "late_until_when"}
    assert checked("blocked") == {"blocked_by": "blocked_by_whom"}
    assert checked("done") == {"done_evidence": "done_shown_by"}
    assert checked("late", expected_finish=JUNE) == {}
    assert checked("blocked", blocked_by="Treasury") == {}
    assert checked("done", done_evidence="Gazette 12") == {}


def test_what_belongs_to_another_state_is_refused() -> None:
    assert checked("on_course", blocked_by="Treasury") == {"blocked_by": "not_blocked_by_whom"}
    assert checked("late", expected_finish=JUNE, done_evidence="x") == {
        "done_evidence": "not_done_shown_by"
    }


def test_expected_finish_is_to_come_and_the_finish_of_what_is_done_is_not() -> None:
    past = date(2019, 4, 16)
    assert checked("on_course", expected_finish=past) == {"expected_finish": "finish_past"}
    assert checked("on_course", expected_finish=TODAY) == {}
    done = {"done_evidence": "Gazette 12"}
    assert checked("done", expected_finish=past, **done) == {}
    assert checked("done", expected_finish=MAY, **done) == {"expected_finish": "finish_to_come"}


def test_work_does_not_unbegin() -> None:
    assert checked("not_started", previous="on_course") == {"state": "already_begun"}


def test_undone_work_says_why() -> None:
    assert checked("on_course", previous="done") == {"note": "why_not_done"}
    assert checked("on_course", previous="done", note="The gazette was withdrawn") == {}


def test_unknown_state() -> None:
    assert checked("nearly") == {"state": "unknown_state"}


def said(month: int, source: str, finish: date | None) -> Said:
    return Said(datetime(2019, month, 1, tzinfo=UTC), source, finish)


def test_finish_moves() -> None:
    found = milestones.moves(
        [
            said(3, "expected", JULY),
            said(1, "planned", MAY),
            said(2, "expected", JUNE),
        ]
    )
    assert [(move.before, move.after) for move in found] == [(MAY, JUNE), (JUNE, JULY)]
    assert found[0].days == 31


def test_a_slip_that_is_reported_and_then_planned_counts_once() -> None:
    history = [
        said(1, "planned", MAY),
        said(2, "expected", JUNE),
        said(3, "planned", JUNE),
        said(4, "expected", None),
    ]
    assert milestones.slips(history) == 1


def test_coming_forward_is_a_move_and_no_slip() -> None:
    history = [said(1, "planned", JUNE), said(2, "expected", MAY)]
    assert len(milestones.moves(history)) == 1
    assert milestones.slips(history) == 0


def test_report_due() -> None:
    due = milestones.report_due
    begins = date(2019, 2, 1)
    assert due(begins=begins, latest=None, latest_state=None, every_days=30) == begins
    assert due(begins=begins, latest=date(2019, 3, 1), latest_state="late", every_days=30) == date(
        2019, 3, 31
    )
    assert due(begins=begins, latest=MAY, latest_state="done", every_days=30) is None

"""Why a rule fired, in words a minister understands."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from kpis.templatetags.signals import part, sentence


def fired(kind: str, evidence: dict[str, object], unit: str = "%") -> SimpleNamespace:
    """A signal as stored, without the database."""
    return SimpleNamespace(
        version=SimpleNamespace(rule=SimpleNamespace(kind=kind)),
        series_id=1,
        series=SimpleNamespace(
            definition=SimpleNamespace(unit=unit),
            cell=SimpleNamespace(is_total=False, label="Leeds"),
        ),
        period_start=datetime.date(2019, 3, 1),
        period_end=datetime.date(2019, 3, 31),
        evidence=evidence,
    )


def said(kind: str, **evidence: object) -> str:
    return sentence(fired(kind, evidence)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("kind", "evidence", "text"),
    [
        (
            "progress",
            {"comparator": "=", "value": "86.6123456", "target": "95"},
            "March 2019: 86.61%, where 95% was asked.",
        ),
        (
            "progress",
            {"value": "75", "target": "50", "baseline": "100", "progress": "0.5"},
            "March 2019: 75%, where 50% was asked. That is 50% of the way from the baseline of 100.",
        ),
        (
            "progress",
            {"value": "110", "target": "50", "baseline": "100", "progress": "-0.2"},
            "March 2019: 110%, where 50% was asked. That is worse than the baseline of 100.",
        ),
        (
            "progress",
            {"value": "4", "target_low": "5", "target_high": "7", "row": ["a", "b"]},
            "March 2019: 4%, where 5 to 7% was asked. It is 2 periods in a row.",
        ),
        (
            "missing",
            {"due": "2019-04-30", "grace_working_days": 0},
            "The value for March 2019 was due on 30 April 2019 and has not come.",
        ),
        (
            "control_limits",
            {"value": "70", "mean": "80", "lower": "75", "upper": "85"},
            "March 2019: 70%, below the lower limit of 75% that chance alone would allow.",
        ),
        (
            "control_limits",
            {"value": "90", "mean": "80", "lower": "75", "upper": "85"},
            "March 2019: 90%, above the upper limit of 85% that chance alone would allow.",
        ),
        (
            "milestone_late",
            {"planned_finish": "2019-03-01", "working_days": 5},
            "It was to be finished on 1 March 2019 and was not done 5 days of work later.",
        ),
        (
            "milestone_moved",
            {"moves": 2, "finishes": ["2019-01-01", "2019-02-01", "2019-03-01"]},
            "Its finish has moved 2 times: 1 January 2019 → 1 February 2019 → 1 March 2019.",
        ),
    ],
)
def test_the_evidence_reads_as_a_sentence(
    kind: str, evidence: dict[str, object], text: str
) -> None:
    assert said(kind, **evidence) == text


def test_a_part_of_a_breakdown_is_named() -> None:
    assert part(fired("progress", {})) == "Leeds"


def test_evidence_that_lacks_a_number_still_reads() -> None:
    assert said("progress").startswith("March 2019: –")

"""Why a rule fired, in words a minister understands, in four languages."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from kpis.rules.rules_catalogue import KINDS
from kpis.templatetags.signals import part, sentence
from tests.golden import sentences


@pytest.mark.parametrize("language", sentences.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_says_in_every_language_what_was_agreed(kind: str, language: str) -> None:
    agreed = sentences.path(kind, language).read_text(encoding="utf-8")
    assert sentences.told(kind, language) == agreed


@pytest.mark.parametrize("kind", KINDS)
def test_every_language_has_words_of_its_own(kind: str) -> None:
    told = {sentences.told(kind, language) for language in sentences.LANGUAGES}
    assert len(told) == len(sentences.LANGUAGES)


def fired(kind: str, evidence: dict[str, object], **cell: object) -> SimpleNamespace:
    """A signal as stored, without the database."""
    return SimpleNamespace(
        version=SimpleNamespace(rule=SimpleNamespace(kind=kind)),
        series_id=1,
        series=SimpleNamespace(
            definition=SimpleNamespace(unit="%"),
            cell=SimpleNamespace(**{"is_total": False, "label": "Leeds", **cell}),
        ),
        period_start=datetime.date(2011, 1, 1),
        period_end=datetime.date(2011, 12, 31),
        evidence=evidence,
    )


def test_a_minister_reads_the_value_the_path_and_for_how_long() -> None:
    evidence = {
        "about": {"kpi": "Pre-school enrolment", "unit": "%", "frequency": "yearly", "part": ""},
        "direction": "increase",
        "comparator": "=",
        "value": "77",
        "target": "80",
        "path": "trajectory",
        "running": 2,
    }
    assert sentence(fired("progress", evidence)).replace("\N{NO-BREAK SPACE}", " ") == (
        "Pre-school enrolment is 77%; the path for 2011 was 80%."
        " It has been below the path for 2 years running."
    )


def test_what_is_done_or_not_is_told_in_words() -> None:
    evidence = {
        "about": {"kpi": "Act passed", "unit": "done / not done", "frequency": "yearly"},
        "direction": "increase",
        "value": "0",
        "target": "1",
    }
    assert sentence(fired("progress", evidence)) == (
        "Act passed is not done; the target for 2011 was done."
    )


def test_old_signals_say_what_they_said_whatever_the_kpi_is_called_now() -> None:
    evidence = {"about": {"kpi": "Its name then", "unit": "cases"}, "value": "5", "target": "9"}
    assert sentence(fired("progress", evidence)).startswith("Its name then is 5")


def test_a_rule_nobody_knows_any_more_is_told_by_its_period() -> None:
    assert sentence(fired("of_old", {})) == "2011"


def test_the_part_that_fired_is_named_and_the_total_is_not() -> None:
    assert part(fired("progress", {})) == "Leeds"
    assert part(fired("progress", {}, is_total=True)) == ""

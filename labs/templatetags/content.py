"""Tests, promises, requests and money of a plan in words: ``{% load content %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from labs.models import CommitmentCheck, Question
from labs.models.questions import ASKED, FINDINGS
from labs.rules import dependencies
from labs.templatetags.fields import CHOICES

register = template.Library()

Look = tuple[str | Promise, str, str]
ANSWERS: dict[str, Look] = {
    "yes": (gettext_lazy("Yes"), "✓", "good"),
    "no": (gettext_lazy("No"), "✕", "bad"),
    "unknown": (gettext_lazy("Not known"), "?", "warn"),
    "overridden": (gettext_lazy("Goes ahead all the same"), "▲", "warn"),
    "open": (gettext_lazy("No answer"), "?", "missing"),
}
REQUESTS: dict[str, Look] = {
    "unanswered": (gettext_lazy("Not answered"), "?", "missing"),
    "accepted": (gettext_lazy("Accepted"), "●", "info"),
    "delivered": (gettext_lazy("Delivered"), "✓", "good"),
    "refused": (gettext_lazy("Refused"), "✕", "bad"),
    "overdue": (gettext_lazy("Overdue"), "▼", "bad"),
    "blocked": (gettext_lazy("Its step is blocked"), "■", "bad"),
    "late": (gettext_lazy("Its step will be late"), "▲", "warn"),
}
RESULTS: dict[str, Look] = {
    "kept": (gettext_lazy("Kept"), "✓", "good"),
    "partly": (gettext_lazy("Kept in part"), "▲", "warn"),
    "broken": (gettext_lazy("Not kept"), "✕", "bad"),
    "due": (gettext_lazy("To be verified"), "▶", "info"),
    "open": (gettext_lazy("Not verified yet"), "○", "neutral"),
}


@register.inclusion_tag("components/status_tag.html")
def answer_tag(standing: str) -> dict[str, object]:
    """``{% answer_tag line.standing %}``: how one question of a checklist stands."""
    return _look(ANSWERS[standing])


@register.inclusion_tag("components/status_tag.html")
def request_tag(state: str) -> dict[str, object]:
    """``{% request_tag standing.state %}``: how a request to another organisation stands."""
    return _look(REQUESTS[state])


@register.inclusion_tag("components/status_tag.html")
def promise_tag(check: CommitmentCheck | None, is_due: bool = False) -> dict[str, object]:
    """``{% promise_tag line.check line.is_due %}``: the newest look at a promise, or that it is due."""
    if is_due:
        return _look(RESULTS["due"])
    return _look(RESULTS[check.result if check else "open"])


@register.filter
def is_in_the_way(state: str) -> bool:
    """Whether a request that stands so keeps whoever asked waiting."""
    return state in dependencies.IN_THE_WAY


@register.filter
def finding(found: Any) -> str:
    """What is to be mended in the tests of an initiative, in words."""
    questions = ", ".join(str(Question(each).label) for each in found.questions)
    return str(FINDINGS[found.code]) % {"questions": questions}


@register.filter
def asked(question: str) -> str:
    """A question of the tests or of a checklist, written out."""
    return str(ASKED.get(question, question))


@register.filter
def choice(value: str, field: str) -> str:
    """The word for a choice: ``{{ initiative.scope|choice:"scope" }}``."""
    return capfirst(str(CHOICES[field].get(value, value)))


def _look(look: Look) -> dict[str, object]:
    word, symbol, tone = look
    return {"word": word, "symbol": symbol, "tone": tone}

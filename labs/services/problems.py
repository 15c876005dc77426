"""What the rules find wrong, said to people: one message per code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labs.rules.parts import Problem
from labs.selectors.content import named_posts
from people.models import Post

MESSAGES: dict[str, Any] = {
    "required": _("Fill this in."),
    "unknown_field": _("This part has no such field."),
    "too_long": _("Write at most {longest} characters."),
    "control_sign": _("Leave out the invisible control characters, then save again."),
    "not_a_date": _("Write a date as year, month and day: 2019-04-15."),
    "year_out_of_range": _("Write a year between {first} and {last}."),
    "not_a_number": _("Write a number with digits and a point only, like 1250000 or 3.75."),
    "too_many_places": _("Round to at most {places} decimal places."),
    "too_many_digits": _("Use at most {digits} digits."),
    "negative": _("Write an amount of zero or more."),
    "not_a_post": _("Choose a post from the list."),
    "no_such_post": _("This post does not exist or was abolished. Choose another."),
    "not_a_key": _("Choose one from the list."),
    "not_in_list": _("Choose one from the list."),
    "not_a_currency": _("Write the three letters of the currency, like MYR."),
    "nothing_pasted": _("There is no step in it. Paste the headings and at least one line."),
    "too_many_lines": _("Paste at most {most} lines at once; the rest in a second go."),
    "unknown_column": _("There is no column “{name}”. Use the headings named above."),
    "no_step_column": _("A column with the steps themselves is missing: call it “Step”."),
    "too_many_cells": _("This line has more cells than there are headings."),
    "initiative_missing": _("Name the initiative the step belongs to."),
    "name_unknown": _("“{name}” is not known here. Write it as it stands on the plan."),
    "name_twice": _("“{name}” means more than one. Write it in full."),
    "unknown_method": _("Choose one of the ways in which a path can run."),
    "baseline_with_its_day": _("Give the baseline and the period that it is of, or neither."),
    "not_a_period": _("Write a period as its first and last day: 2012-01-01/2012-12-31."),
    "ends_before_start": _("The last day must not come before the first."),
    "before": _("Choose a day that is not before {day}, the {other}."),
    "not_in_plan": _("Choose one that is in this plan; it may have been removed meanwhile."),
    "comes_before_itself": _("This would have to be done before itself. Leave one of them out."),
    "waits_in_a_circle": _("Each would wait for the other: {circle}. Leave one of them out."),
    "day_to_come": _("This day is still to come. Give the day on which it happened."),
    "not_nothing": _("Write an amount; a negative one takes back what was recorded."),
    "not_own_step": _("Choose a step that your own organisation owns and that is in force."),
    "what_follows": _("Say what follows: the sanction, or why there is none."),
    "nothing_follows": _("The promise was kept: leave this empty, or choose another result."),
    "why_refused": _("Say why you refuse, so that they can plan without it."),
    "delivered_shown_by": _("Say what shows that it is delivered: a document, a place, a link."),
    "why_not_delivered": _("You marked it as delivered. Say why it is not."),
    "answered_why": _("Say why: the reason for this answer."),
    "answer_missing": _("Choose an answer: yes, no, or not known."),
    "unknown_state": _("Choose one of the states."),
    "already_begun": _("Earlier reports say that work has begun. Choose another state."),
    "blocked_by_whom": _("Say who or what blocks it."),
    "not_blocked_by_whom": _("Choose “blocked”, or leave this empty."),
    "done_shown_by": _("Say what shows that it is done: a document, a place, a link."),
    "not_done_shown_by": _("Choose “done”, or leave this empty."),
    "why_not_done": _("It was reported as done. Say why it is not."),
    "finish_to_come": _("It is done, so the finish cannot be in the future."),
    "late_until_when": _("Say by which day you now expect it."),
    "finish_past": _("This day is over. Give a day still to come."),
}
NAMES: dict[str, Any] = {
    "starts_on": _("start"),
    "finishes_on": _("finish"),
    "expires_on": _("expiry"),
    "wind_down_until": _("end of winding down"),
}


def said(problem: Problem) -> str:
    """The message of a problem, in the language of whoever reads it."""
    params: dict[str, Any] = dict(problem.params)
    if "other" in params:
        params["other"] = NAMES.get(params["other"], params["other"])
    if "circle" in params:
        params["circle"] = waits(json.loads(params["circle"]))
    code = "waits_in_a_circle" if "circle" in params else problem.code
    message: Any = format_lazy(MESSAGES[code], **params)
    return message


def waits(steps: Sequence[tuple[str, str]]) -> str:
    """A circle of steps in words: “Survey” (Works) waits for “Train” (Labour), which waits …

    ``steps``: title and owner's post id of each, the first again at the end. One query.
    """
    owners = named_posts(int(owner) for _title, owner in steps if owner)
    named = [_step(title, owners.get(int(owner or 0))) for title, owner in steps]
    said = gettext("%(first)s waits for %(second)s") % {"first": named[0], "second": named[1]}
    for step in named[2:]:
        said = gettext("%(chain)s, which waits for %(next)s") % {"chain": said, "next": step}
    return said


def _step(title: str, owner: Post | None) -> str:
    return f"“{title}” ({owner.organisation})" if owner else f"“{title}”"


def by_field(problems: Mapping[str, Problem]) -> dict[str, str]:
    """Messages by field, for a refusal that concerns them."""
    return {name: said(problem) for name, problem in problems.items()}


def by_code(problems: Mapping[str, str]) -> dict[str, str]:
    """The same for problems that are a code alone."""
    return {name: said(Problem(code)) for name, code in problems.items()}

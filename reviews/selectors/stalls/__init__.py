"""The checks of the audit. Each finds what should have moved by itself and did not.

A check is a function of the business time that gives a ``Looked``. A further one is written
in a module beside these and added to ``CHECKS`` with what it looks for, in words.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from reviews.selectors.stalls import cases, explaining, facts, machine, meetings, promises
from reviews.selectors.stalls.found import Check, Finding, Looked

__all__ = ["CHECKS", "Check", "Finding", "Looked"]

CHECKS: dict[str, tuple[Any, Check]] = {
    "past_deadline": (_("Disputes past their last day that have not moved"), cases.past_deadline),
    "not_nudged": (_("Disputes nobody was warned or reminded of on the day"), cases.not_nudged),
    "not_told": (_("Steps up the ladder nobody was told of"), cases.not_told),
    "silent": (_("Questions past their day whose silence was not noted"), cases.silent),
    "not_routed": (_("Deviations that no review has taken up"), cases.not_routed),
    "not_closed": (_("Reviews that were decided and are still open"), cases.not_closed),
    "explaining": (
        _("Reviews not explained in time of which that was not said"),
        explaining.not_said,
    ),
    "motion": (_("Motions past their closing time that are still open"), meetings.motions),
    "meeting": (_("Meetings planned for a day gone by"), meetings.not_held),
    "agenda": (_("Agendas that should have gone out"), meetings.not_called),
    "rhythm": (_("Rhythms without a meeting ahead"), meetings.not_made),
    "item": (_("Meetings over whose items were not dealt with"), meetings.left_open),
    "action": (_("Overdue actions nobody was reminded of"), promises.actions),
    "referral": (_("Overdue answers nobody was reminded of"), promises.referrals),
    "prompt": (_("Things to do that were not brought up again"), promises.prompts),
    "unsealed": (_("Lines of the ledger without a seal"), machine.unsealed),
    "delivery": (_("Mails that wait too long"), machine.deliveries),
    "detection": (_("New values not looked at"), machine.detection),
    "import": (_("Imports that stand still"), machine.imports),
    "fact": (_("Facts that must always hold, and do not"), facts.broken),
}

"""Whether a revision may be decided where it is put: the forum named by the limits, no hold."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Forum
from forums.selectors import ladders
from kpis.models import Hold
from labs.models import Revision
from labs.selectors import limits, route_words
from labs.selectors.limits import Route
from ledger.rules.errors import Refused
from reviews.selectors import held


class WrongForum(Refused):
    """``forum`` is the one that may decide the revision."""

    message = gettext_lazy("This forum does not decide that. Put it to the one its page names.")
    code = "wrong_forum"

    def __init__(self, asked: Forum, going: Route) -> None:
        said = _("%(asked)s does not decide this revision. Put it to %(forum)s: %(why)s.")
        why = "; ".join(route_words.why(going)[:SAID])
        super().__init__(said % {"asked": asked, "forum": going.forum, "why": why})
        self.forum = going.forum


class GoalsFixed(Refused):
    message = gettext_lazy(
        "This plan is a fixed contract in force: its goals and targets do not change."
        " Take those changes out of the draft."
    )
    code = "goals_fixed"


class Held(Refused):
    message = gettext_lazy(
        "A target of this revision belongs to a KPI that is in dispute. Settle the dispute first."
    )
    code = "kpi_held"


SAID = 3  # sentences of a refusal


def going(revision: Revision, at: datetime) -> Route:
    """Where the revision goes now. Raises GoalsFixed."""
    found = limits.route(revision, limits.today(revision.plan, at))
    if found.goals_fixed:
        raise GoalsFixed
    return found


def require_forum(revision: Revision, forum: Forum, at: datetime) -> Route:
    """Raise WrongForum unless ``forum`` may decide the revision; GoalsFixed."""
    found = going(revision, at)
    if not found.within and not found.suffices(forum):
        raise WrongForum(forum, found)
    return found


def forum_for(revision: Revision, forum: Forum, at: datetime) -> Forum:
    """``forum`` where it may decide the revision, else the one that may. Raises GoalsFixed."""
    found = going(revision, at)
    sitting = ladders.sitting_for(forum)
    return sitting if found.within or found.suffices(sitting) else found.forum


def reason_for(found: Route) -> str:
    """Why the revision is before this forum, for the text of its motion; empty for a first plan."""
    if found.first:
        return ""
    said = _("It is put to this forum because: %(why)s.")
    return said % {"why": "; ".join(route_words.why(found))}


def refuse_held(revision: Revision, *, but: Hold | None = None) -> None:
    """Raise Held where a disputed KPI, or the goal it measures, would change.

    ``but``: the hold of the dispute that this very act ends.
    """
    holds = held.holds_on(revision)
    hold = (holds if but is None else holds.exclude(pk=but.pk)).first()
    if hold is None:
        return
    dispute = held.dispute_of(hold)
    if hold.kpi.restricted_to.exists() or dispute is None:
        raise Held
    said = _(
        "The KPI “%(kpi)s” is in dispute: %(reason)s. Until then it changes only by the settlement"
        " or ruling of that dispute, or when %(forum)s lifts the hold."
    )
    params = {"kpi": hold.kpi.name, "reason": hold.reason, "forum": held.forum_holding(dispute)}
    raise Held(said % params)

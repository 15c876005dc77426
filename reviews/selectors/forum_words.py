"""How a forum does, in a sentence each."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.rules import forum_health as rules
from reviews.rules.forum_health import Health


def summary(health: Health) -> str:
    """What the forum planned and what came of it."""
    facts = health.facts
    said = ngettext(
        "Met %(met)d of %(due)d planned meeting in the last twelve months.",
        "Met %(met)d of %(due)d planned meetings in the last twelve months.",
        facts.due,
    ) % {"met": health.met, "due": facts.due}
    if facts.due == 0:
        said = _("No meeting was planned in the last twelve months.")
    if health.extraordinary:
        besides = ngettext(
            "Besides, %(count)d extraordinary meeting was held.",
            "Besides, %(count)d extraordinary meetings were held.",
            health.extraordinary,
        )
        said += " " + besides % {"count": health.extraordinary}
    if health.longest is None:
        return said
    days = health.longest.days
    gap = ngettext(
        "Longest gap %(days)d day, planned %(plan)d.",
        "Longest gap %(days)d days, planned %(plan)d.",
        days,
    )
    return said + " " + gap % {"days": days, "plan": facts.plan}


def items(health: Health) -> str:
    """What became of the items of its meetings; what there was none of is left out."""
    facts = health.facts.items
    if not facts.total:
        return _("None yet")
    decided = (
        _("%(decided)d of %(total)d decided") if facts.decided else _("none of %(total)d decided")
    ) % {"decided": facts.decided, "total": facts.total}
    others = [
        (facts.carried, _("%(count)d carried over")),
        (facts.noted, _("%(count)d noted")),
        (facts.done, _("%(count)d no longer waiting")),
    ]
    return ", ".join([decided, *(words % {"count": count} for count, words in others if count)])


def own_decisions(health: Health) -> str:
    """How many decisions it took, and how many of them between meetings."""
    own, written = health.facts.own, health.facts.written
    if not written:
        return str(own)
    return _("%(own)d, of these %(written)d between meetings by written procedure") % {
        "own": own,
        "written": written,
    }


def warnings(health: Health) -> list[str]:
    """What asks for somebody's attention."""
    return [SAID[code](health) for code in health.warnings]


def _never_met(health: Health) -> str:
    if health.facts.held:
        return ngettext(
            "No planned meeting has been held, and it is %(days)d day past its plan.",
            "No planned meeting has been held, and it is %(days)d days past its plan.",
            health.overdue_by,
        ) % {"days": health.overdue_by}
    return ngettext(
        "It has never met, and is %(days)d day past its plan.",
        "It has never met, and is %(days)d days past its plan.",
        health.overdue_by,
    ) % {"days": health.overdue_by}


def _overdue(health: Health) -> str:
    days = health.overdue_by + health.facts.plan
    return ngettext(
        "It is overdue: %(days)d day since the last planned meeting, the plan is %(plan)d.",
        "It is overdue: %(days)d days since the last planned meeting, the plan is %(plan)d.",
        days,
    ) % {"days": days, "plan": health.facts.plan}


def _long_gap(health: Health) -> str:
    return _("There was a gap of more than twice what was planned.")


def _no_quorum(health: Health) -> str:
    return ngettext(
        "The last meeting was held without a quorum.",
        "The last %(count)d meetings were held without a quorum.",
        health.without_quorum,
    ) % {"count": health.without_quorum}


def _sparse(health: Health) -> str:
    return _("%(percent)d per cent of the core places came.") % {"percent": health.attendance}


def _chair_away(health: Health) -> str:
    earlier, recent = health.chair or (0, 0)
    return _(
        "The chair comes less often: to %(recent)d per cent of the last meetings, to"
        " %(earlier)d per cent of as many before."
    ) % {"recent": recent, "earlier": earlier}


def _rank_sinks(health: Health) -> str:
    earlier, recent = health.rank or (0.0, 0.0)
    return _(
        "Lower ranks come: rank %(recent)s on average in the last meetings, %(earlier)s in as"
        " many before (1 is the highest)."
    ) % {"recent": number_format(recent, 1), "earlier": number_format(earlier, 1)}


def _few_decided(health: Health) -> str:
    return _("Of the items that waited %(percent)d per cent were decided.") % {
        "percent": health.facts.items.percent or 0
    }


def _elsewhere(health: Health) -> str:
    return _("More of its business is decided elsewhere than here: %(other)d against %(own)d.") % {
        "other": health.facts.elsewhere,
        "own": health.facts.own,
    }


SAID: dict[str, Callable[[Health], str]] = {
    rules.NEVER_MET: _never_met,
    rules.OVERDUE: _overdue,
    rules.LONG_GAP: _long_gap,
    rules.NO_QUORUM: _no_quorum,
    rules.SPARSE: _sparse,
    rules.CHAIR_AWAY: _chair_away,
    rules.RANK_SINKS: _rank_sinks,
    rules.FEW_DECIDED: _few_decided,
    rules.ELSEWHERE: _elsewhere,
}

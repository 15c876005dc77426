"""Milestones: late, moved, blocked, not reported on."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.templatetags.sentences.words import Told, day_of
from people.templatetags.formats import days, unstopped


def late(told: Told) -> str:
    """The planned finish has passed."""
    count = int(told.get("working_days") or 0)
    if not count:
        return _("It was to be finished on %(finish)s and was not done by then.") % {
            "finish": told.day("planned_finish")
        }
    return ngettext(
        "It was to be finished on %(finish)s and was not done %(count)d working day later.",
        "It was to be finished on %(finish)s and was not done %(count)d working days later.",
        count,
    ) % {"finish": told.day("planned_finish"), "count": count}


def moved(told: Told) -> str:
    """The finish was put off, or brought forward, again."""
    finishes = [day_of(text) for text in told.get("finishes") or []]
    moves = int(told.get("moves") or 0)
    text = ngettext(
        "Its finish has moved %(count)d time: %(finishes)s.",
        "Its finish has moved %(count)d times: %(finishes)s.",
        moves,
    )
    return text % {"count": moves, "finishes": " → ".join(finishes)}


def blocked(told: Told) -> str:
    """Somebody or something stands in the way."""
    count = int(told.get("working_days") or 0)
    said = _("It was reported as blocked on %(since)s.")
    if count:
        said = ngettext(
            "It was reported as blocked on %(since)s and was still blocked %(count)d working day"
            " later.",
            "It was reported as blocked on %(since)s and was still blocked %(count)d working days"
            " later.",
            count,
        )
    said %= {"since": told.day("since"), "count": count}
    if not told.get("blocked_by"):
        return said
    return said + " " + _("In its way: %(by)s.") % {"by": unstopped(told.get("blocked_by"))}


def unreported(told: Told) -> str:
    """Nobody says how it stands."""
    words = {
        "last": told.day("last_report") if told.get("last_report") else "",
        "count": days(int(told.get("days") or 0)),
        "due": told.day("due"),
    }
    if not words["last"]:
        return _("Nobody has reported on it yet; a first report was due by %(due)s.") % words
    return (
        _(
            "The last report on it is of %(last)s; one is due every %(count)s,"
            " so the next was due by %(due)s."
        )
        % words
    )

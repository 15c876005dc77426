"""Continue, adapt or stop: what is asked when an initiative or a window comes to its end.

The home forum decides it by a motion. To continue or to stop an initiative changes the
plan, so that a one-change revision goes with the motion and both are adopted by the same
decision; where the change is over the limits, the forum that the limit names decides.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision, Forum, Mode, Motion
from forums.selectors import ladders
from forums.services import actions, motions
from labs.models import EndChoice, Plan, Revision, Window
from labs.rules import endings as rules
from labs.rules.revisions import INITIATIVE
from labs.selectors import endings, limits
from labs.services import endings as lab_endings
from labs.services import revisions, windows
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people import days
from people.models import Post
from reviews.models import EndProposal
from reviews.selectors import ends, interests
from reviews.services import adoptions, gate


class BadChoice(Refused):
    message = gettext_lazy("This choice is not complete. Mend the fields that are marked.")
    code = "bad_end_choice"


class AlreadyProposed(Refused):
    message = gettext_lazy(
        "A motion about this end awaits its decision. Decide it or withdraw it first."
    )
    code = "end_already_proposed"


class NoEnd(Refused):
    message = gettext_lazy("This has no end to choose about, or has been stopped already.")
    code = "no_end"


class NoForum(Refused):
    message = gettext_lazy("No forum can decide this yet. Add a result area with its home forum.")
    code = "no_forum"


@transaction.atomic
def put(
    *,
    end: endings.End,
    choice: str,
    until: datetime.date | None,
    reason: str,
    mode: str = Mode.CHAIR,
    closes_at: datetime.datetime | None = None,
    by: Actor,
    at: datetime.datetime,
) -> EndProposal:
    """Put to the home forum what is to become of an initiative or a window at its end.

    ``until``: the new end, the day by which it is adapted, or the last day of winding
    down. Whoever puts it, leads it or benefits by its promises has no vote (fact 9).
    Raises NoEnd, NoForum, BadChoice, AlreadyProposed, lab_endings.AlreadyChosen, ProgrammeClosed,
    gate.Incomplete, or what forums says when the forum cannot sit.
    """
    if ends.programme_of(end).is_closed:
        raise ProgrammeClosed
    if end.state in (rules.WINDING_DOWN, rules.STOPPED, rules.OPEN_ENDED):
        raise NoEnd
    if end.chosen is not None:
        raise lab_endings.AlreadyChosen
    if ends.open_proposal(end) is not None:
        raise AlreadyProposed
    _check(end, choice, until, reason, at.date())
    revision = _revision(end, choice, until, reason, by, at)
    motion = motions.put(
        forum=_forum(end, revision, at.date()),
        title=_title(end, choice),
        text=_text(end, choice, until),
        reason=reason.strip(),
        mode=mode,
        barred=interests.in_end(end, by, at.date()),
        closes_at=closes_at,
        restricted=ends.is_restricted(end),
        by=by,
        at=at,
    )
    if revision is not None:
        revisions.submit(revision=revision, motion=motion, by=by, at=at)
    proposal = EndProposal.objects.create(
        motion=motion,
        plan=end.plan,
        initiative_key=end.key,
        window=end.window,
        end_on=end.ends_on,
        choice=choice,
        until=until,
        revision=revision,
    )
    events.record(
        verb="end.proposed",
        subject=proposal,
        by=by,
        at=at,
        data={"motion": motion.pk, "choice": choice, "until": until, "end_on": end.ends_on},
        programme_id=ends.programme_of(end).pk,
        restricted=ends.is_restricted(end),
    )
    return proposal


def _check(
    end: endings.End, choice: str, until: datetime.date | None, reason: str, on: datetime.date
) -> None:
    found = rules.problems(
        choice, until, ends_on=end.ends_on, on=on, needs_last_day=end.plan is not None
    )
    texts = {
        "unknown": _("Choose to continue, to adapt or to stop."),
        "continue_until": _("Say until when it goes on."),
        "adapt_until": _("Say by when it is to be adapted."),
        "stop_until": _("Say on which day winding down is over."),
        "not_later": _("Choose a day after today and after its present end."),
        "past": _("Choose a day that lies ahead."),
        "before_end": _("Winding down cannot be over before its end."),
    }
    wrong = {name: texts[code] for name, code in found.items()}
    if not reason.strip():
        wrong["reason"] = _("Say why.")
    if wrong:
        raise BadChoice(fields=wrong)


def _revision(
    end: endings.End,
    choice: str,
    until: datetime.date | None,
    reason: str,
    by: Actor,
    at: datetime.datetime,
) -> Revision | None:
    """The draft that makes the plan say what is chosen; None where the plan stays as it is."""
    if end.plan is None or choice == rules.ADAPT or until is None:
        return None
    revision = revisions.start(
        plan=end.plan, title=_title(end, choice)[:200], reason=reason, by=by, at=at
    )
    field = "expires_on" if choice == rules.CONTINUE else "wind_down_until"
    revisions.edit(
        revision=revision,
        part=INITIATIVE,
        key=end.key,
        fields={field: until.isoformat()},
        reason=reason.strip(),
        by=by,
        at=at,
    )
    gate.require_complete(revision)
    return revision


def _forum(end: endings.End, revision: Revision | None, on: datetime.date) -> Forum:
    named = ends.forum_of(end)
    if named is None:
        raise NoForum
    home = ladders.sitting_for(named)
    if revision is None:
        return home
    route = limits.route(revision, on)
    return home if route.within or route.suffices(home) else route.forum


def _title(end: endings.End, choice: str) -> str:
    said = {
        rules.CONTINUE: _("Continue: %(title)s"),
        rules.ADAPT: _("Adapt: %(title)s"),
        rules.STOP: _("Stop: %(title)s"),
    }
    return said[choice] % {"title": end.title}


def _text(end: endings.End, choice: str, until: datetime.date | None) -> str:
    said = {
        rules.CONTINUE: _("That “%(title)s”, which ends on %(end)s, goes on until %(until)s."),
        rules.ADAPT: _("That “%(title)s”, which ends on %(end)s, is adapted by %(until)s."),
        rules.STOP: _("That “%(title)s”, which ends on %(end)s, is wound down by %(until)s."),
    }
    return said[choice] % {
        "title": end.title,
        "end": days.in_words(end.ends_on),
        "until": days.in_words(until or end.ends_on),
    }


@transaction.atomic
def apply(
    *, proposal: EndProposal, decision: Decision, by: Actor, at: datetime.datetime
) -> EndChoice | None:
    """Do what the forum decided about an end; None when it was not carried.

    Raises lab_endings.AlreadyChosen, and what adopting the revision raises: then nothing
    is decided.
    """
    revision = proposal.revision
    if decision.outcome != Decision.Outcome.CARRIED:
        if revision is not None:
            revisions.reject(revision=revision, decision=decision, by=by, at=at)
        return None
    if revision is not None:
        adoptions.adopt(revision=revision, decision=decision, by=by, at=at)
    elif proposal.choice == rules.ADAPT:
        _adapt(proposal, decision, by, at)
    elif proposal.window is not None and proposal.choice == rules.CONTINUE:
        _move(proposal.window, proposal.until, by, at)
    return lab_endings.choose(
        plan=proposal.plan,
        initiative_key=proposal.initiative_key,
        window=proposal.window,
        end_on=proposal.end_on,
        choice=proposal.choice,
        until=proposal.until,
        reason=decision.reason,
        decision=decision,
        by=by,
        at=at,
    )


def _adapt(proposal: EndProposal, decision: Decision, by: Actor, at: datetime.datetime) -> None:
    """Open the draft of an initiative's adaptation, and give whoever answers for it a day."""
    end = ends.of_proposal(proposal, at.date())
    title = _title(end, rules.ADAPT)
    if proposal.plan is not None:
        draft = revisions.start(
            plan=proposal.plan, title=title[:200], reason=decision.reason, by=by, at=at
        )
        EndProposal.objects.filter(pk=proposal.pk).update(revision=draft)
    owner: Post | None = end.lead or decision.motion.forum.secretary or decision.motion.forum.chair
    if owner is not None and proposal.until is not None and proposal.until >= at.date():
        actions.open(
            title=title, owner=owner, due_on=proposal.until, decision=decision, by=by, at=at
        )


def _move(window: Window, until: datetime.date | None, by: Actor, at: datetime.datetime) -> None:
    """The window closes later."""
    kept: dict[str, Any] = {
        name: getattr(window, name)
        for name in ("title", "text", "opens_on", "pays_off_on", "alert_days")
    }
    windows.change(window=window, closes_on=until or window.closes_on, **kept, by=by, at=at)


@transaction.atomic
def withdrawn(*, motion: Motion, by: Actor, at: datetime.datetime) -> None:
    """Give up the draft that came with a motion about an end, once the motion is withdrawn."""
    proposals = EndProposal.objects.filter(motion=motion, revision__state=Revision.State.DRAFT)
    for proposal in proposals.select_related("revision__plan__lab__area"):
        if proposal.revision is not None:
            revisions.withdraw(revision=proposal.revision, by=by, at=at)


def end_of(
    *, plan: Plan | None, key: uuid.UUID | None, window: Window | None, on: datetime.date
) -> endings.End | None:
    """The end of an initiative or of a window, for callers who hold ids."""
    if window is not None:
        return endings.one_window(window, on)
    if plan is None or key is None:
        return None
    return endings.one_initiative(plan, key, on)

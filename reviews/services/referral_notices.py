"""Who is told of a referral. The asked need not read what it is about, so it is not named to them."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import notices
from people import days
from people.models import Post
from people.selectors import people
from reviews.models import Referral
from reviews.selectors import subjects
from reviews.selectors.referrals import About


def addressed(
    *, event: Event, referral: Referral, about: About, by: Actor, at: datetime.datetime
) -> None:
    """Whose it is to answer; of a value to correct also owner and verifier."""
    own = by.user_id or 0
    asked = asked_of(referral, about, at) - {own}
    notices.notify(
        event=event,
        recipients=asked,
        title=_("Your organisation is asked for something, to be answered by %(day)s: %(kind)s.")
        % {"day": days.in_words(referral.due_on), "kind": referral.get_kind_display()},
        url=url_of(referral),
        decide=True,
    )
    if referral.kind != Referral.Kind.CORRECTION or about.subject is None:
        return
    posts = [about.subject.owner, about.subject.verifier]
    notices.notify(
        event=event,
        recipients=set(subjects.told(about.subject, posts, about.day(at))) - asked - {own},
        title=_("A value is to be corrected: %(subject)s.") % {"subject": about.title},
        url=url_of(referral),
    )


def withdrawn(
    *, event: Event, referral: Referral, about: About, by: Actor, at: datetime.datetime
) -> None:
    """Who was asked."""
    notices.notify(
        event=event,
        recipients=asked_of(referral, about, at) - {by.user_id or 0},
        title=_("What your organisation was asked for is withdrawn: %(kind)s.")
        % {"kind": referral.get_kind_display()},
        url=url_of(referral),
    )


def answered(
    *, event: Event, referral: Referral, about: About, by: Actor, at: datetime.datetime
) -> None:
    """Who asked, who answers for the subject, and the forum that decides about it."""
    posts = [referral.by_post, about.forum.chair, about.forum.secretary]
    title = (
        _("%(organisation)s says it is done: %(subject)s.")
        if referral.state == Referral.State.MET
        else _("%(organisation)s refuses what was asked: %(subject)s.")
    )
    name = about.title
    if about.subject is not None:
        told = set(subjects.told(about.subject, [*posts, about.subject.owner], about.day(at)))
    else:
        told = people.user_ids_holding(posts, about.day(at))
        name = _("a restricted matter") if about.restricted else name
    notices.notify(
        event=event,
        recipients=told - {by.user_id or 0},
        title=title % {"organisation": referral.organisation, "subject": name},
        url=url_of(referral),
    )


def asked_of(referral: Referral, about: About, at: datetime.datetime) -> set[int]:
    """Holders of the post asked; where nobody holds it, everybody in office there."""
    day = about.day(at)
    held = people.user_ids_holding([referral.post_id], day)
    if held:
        return held
    posts = Post.objects.filter(organisation=referral.organisation_id).values_list("pk", flat=True)
    return people.user_ids_holding(posts, day)


def url_of(referral: Referral) -> str:
    """Its page."""
    return reverse("reviews:referral", args=[referral.pk])

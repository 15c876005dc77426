"""Fact 9: nobody checks or decides what is their own: user, principal and post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from forums.models import Action, Motion, Vote
from forums.rules.interests import Interests
from kpis.models import Verification
from reviews.models import Party
from reviews.selectors.facts.found import Ask, Broken

PAIRS = (("by_user", "principal"), ("by_post", "principal_post"))


def same_hand() -> Iterator[Ask]:
    """Fact 9, as far as rows side by side can tell."""
    own = Q()
    for names in PAIRS:
        for mine in names:
            for theirs in names:
                own |= Q(**{f"{mine}__isnull": False, mine: F(f"reading__{theirs}")})
    verified = Verification.objects.filter(own).values_list("pk", flat=True)
    yield Ask("verification", verified, "by who stands behind the value")
    actions = Action.objects.filter(verified_by__isnull=False, verified_by=F("done_by"))
    yield Ask("action", actions.values_list("pk", flat=True), "verified by who did it")
    counted = Vote.objects.exclude(choice=Vote.Choice.STOOD_ASIDE)
    barred = counted.exclude(voter__barred_because="").values_list("pk", flat=True)
    yield Ask("vote", barred, "from a place that stands aside")
    voted = Vote.objects.filter(
        Exists(
            Party.objects.filter(
                organisation=OuterRef("voter__post__organisation"),
                dispute__rulings__motion=OuterRef("motion"),
            )
        ),
        voter__interest_stated="",
    ).exclude(choice=Vote.Choice.STOOD_ASIDE)
    yield Ask("vote", voted.values_list("pk", flat=True), "of a party, on the ruling")


def votes(since: datetime | None) -> Iterator[Broken]:
    """Fact 9: one vote each, and none of whom the motion lists as having an interest."""
    cast = Vote.objects.all()
    if since is not None:
        cast = cast.filter(motion__votes__at__gt=since).distinct()
    persons = Counter[tuple[int, int]]()
    rows = cast.order_by("pk").values_list(
        *("pk", "motion_id", "choice", "by_user_id", "principal_id", "principal_post_id"),
        *("voter__post_id", "voter__post__organisation_id", "voter__interest_stated"),
    )
    listed = dict(Motion.objects.filter(votes__in=cast.values("pk")).values_list("pk", "interests"))
    for pk, motion, choice, user, principal, for_post, post, organisation, stated in rows:
        person = principal if for_post is not None else user
        if person is not None:
            persons[motion, person] += 1
            if persons[motion, person] == 2:
                yield Broken(9, f"vote:{pk}", "a second vote of one person")
        if choice == Vote.Choice.STOOD_ASIDE or stated:
            continue
        interests = Interests.from_json(listed[motion])
        users = [interests.of_user(each, ()) for each in (user, principal)]
        if interests.of_office(post, organisation) or any(users):
            yield Broken(9, f"vote:{pk}", "of somebody with an interest in the matter")

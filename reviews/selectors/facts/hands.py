"""Fact 9: nobody checks or decides what is their own: user, principal and post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from forums.models import Action, Vote
from forums.rules.interests import Interests
from kpis.models import Verification
from reviews.models import Party, RulingProposal
from reviews.selectors.facts.found import Broken, each

PAIRS = (("by_user", "principal"), ("by_post", "principal_post"))


def same_hand(at: datetime) -> Iterator[Broken]:
    """Fact 9."""
    own = Q()
    for names in PAIRS:
        for mine in names:
            for theirs in names:
                own |= Q(**{f"{mine}__isnull": False, mine: F(f"reading__{theirs}")})
    verified = Verification.objects.filter(own).order_by("pk")
    ids = verified.values_list("pk", flat=True)
    yield from each(9, "verification", ids, "by who stands behind the value")
    actions = Action.objects.filter(verified_by__isnull=False, verified_by=F("done_by"))
    ids = actions.order_by("pk").values_list("pk", flat=True)
    yield from each(9, "action", ids, "verified by who did it")
    yield from _votes()
    yield from _rulings()


def _votes() -> Iterator[Broken]:
    """A vote is of a free place, and of nobody whom the motion lists as having an interest."""
    counted = Vote.objects.exclude(choice=Vote.Choice.STOOD_ASIDE)
    barred = counted.exclude(voter__barred_because="").order_by("pk")
    ids = barred.values_list("pk", flat=True)
    yield from each(9, "vote", ids, "from a place that stands aside")
    persons = Counter[tuple[int, int]]()
    rows = Vote.objects.order_by("pk").values_list(
        *("pk", "motion_id", "choice", "by_user_id", "principal_id", "principal_post_id"),
        *("voter__post_id", "voter__post__organisation_id", "voter__interest_stated"),
        "motion__interests",
    )
    for pk, motion, choice, user, principal, for_post, post, organisation, stated, listed in rows:
        person = principal if for_post is not None else user
        if person is not None:
            persons[motion, person] += 1
            if persons[motion, person] == 2:
                yield Broken(9, f"vote:{pk}", "a second vote of one person")
        if choice == Vote.Choice.STOOD_ASIDE or stated:
            continue
        interests = Interests.from_json(listed)
        users = (interests.of_user(each_user, ()) for each_user in (user, principal))
        if interests.of_office(post, organisation) or any(users):
            yield Broken(9, f"vote:{pk}", "of somebody with an interest in the matter")


def _rulings() -> Iterator[Broken]:
    """Nobody rules where their organisation is a party, but at the top with the interest stated."""
    about = RulingProposal.objects.filter(motion__votes__voter__interest_stated="").exclude(
        motion__votes__choice=Vote.Choice.STOOD_ASIDE
    )
    parties = Party.objects.values_list("dispute", "organisation")
    places = set(parties)
    rows = about.order_by("pk").values_list(
        "pk", "dispute", "motion__votes__voter__post__organisation"
    )
    for pk, dispute, organisation in rows.distinct():
        if (dispute, organisation) in places:
            yield Broken(9, f"ruling:{pk}", "a party voted on it")

"""Referrals and panels, a factory per state. States are reached through the product's services."""

from __future__ import annotations

import datetime

from people.models import Organisation, User
from reviews.models import Panel, Referral, Review
from reviews.services import explanations, panels, referrals
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import OrganisationFactory, actor, outsider

MAY = datetime.date(2019, 5, 2)


def ministry(name: str = "Ministry of Roads") -> Organisation:
    """An organisation with somebody in office."""
    made = OrganisationFactory(name=name)
    held_post("Director, Roads", made)
    return made


def officer(organisation: Organisation) -> User:
    """Who is in office there."""
    return person_in(organisation.posts.order_by("pk")[0])


def asked(
    draft: make.Draft, review: Review, organisation: Organisation | None = None, **fields: object
) -> Referral:
    """An open referral that came of the owner's explanation: a policy unless said otherwise."""
    given = {
        "kind": "policy",
        "organisation": organisation or ministry(),
        "text": "Open the register to the police.",
        "due_on": MAY,
    }
    request = referrals.Request(**{**given, **fields})
    causes = {"policy": "external_policy", "dependency": "coordination", "correction": "data"}
    explanations.explain(
        review=review,
        cause=causes[request.kind],
        text="It lies with others.",
        request=request,
        by=actor(draft.place.owner_user, draft.place.owner),
        at=make.AT,
    )
    return Referral.objects.latest("pk")


def panel(where: make.Place, *members: User) -> Panel:
    """A panel on the results of 2018 in which these outsiders sit."""
    made = panels.convene(
        programme=where.programme,
        name="International panel",
        starts_on=datetime.date(2018, 1, 1),
        ends_on=datetime.date(2018, 12, 31),
        by=actor(where.unit),
        at=make.AT,
    )
    for member in members or (outsider(),):
        panels.seat(
            panel=made, user=member, organisation="A university", by=actor(where.unit), at=make.AT
        )
    return made

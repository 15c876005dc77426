"""A form sent twice, or from a page that was open too long, leads on and says why."""

from __future__ import annotations

import pytest
from django.test import Client

from people.models import User
from reviews.services import approvals
from tests.factories import reviews as make
from tests.factories.forums import person_in
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def put(draft: make.Draft):
    where = draft.place
    return approvals.submit(
        revision=draft.revision, reason="Ready", mode="chair", by=actor(where.unit), at=make.AT
    )


def test_a_plan_put_twice_leads_to_its_motion() -> None:
    draft = make.complete_draft()
    motion = put(draft)
    answer = signed_in(draft.place.unit).post(
        f"/plans/{draft.revision.plan_id}/gate/", {"reason": "Ready", "mode": "chair"}, follow=True
    )
    assert answer.redirect_chain == [(f"/motions/{motion.pk}/", 302)]
    assert "before its forum already" in answer.content.decode()


def test_a_vote_sent_twice_leads_to_the_motion() -> None:
    draft = make.complete_draft()
    motion = put(draft)
    chair = signed_in(person_in(draft.place.steering.chair))
    vote = {"choice": "for", "reason": "It holds"}
    assert "/decisions/" in chair.post(f"/motions/{motion.pk}/vote/", vote).url
    answer = chair.post(f"/motions/{motion.pk}/vote/", vote, follow=True)
    assert answer.redirect_chain == [(f"/motions/{motion.pk}/", 302)]
    assert "no longer open" in answer.content.decode()
    assert motion.votes.count() == 1

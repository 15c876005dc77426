"""Where seats stand on a draft, and objections: who speaks, who commits, who answers."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Objection, ProgrammeReader, Revision, Seat, SeatStand
from labs.permissions import approval as permissions
from labs.selectors import stands as selectors
from labs.services import objections, stands
from ledger.models import Event, Notice
from people.services import reorganisations
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import weeks as make
from tests.factories.forums import held_post
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DISSENT = "We were told on the last day.  \nThat is   no way to work!"


@pytest.fixture
def today():
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def seated() -> make.Seated:
    return make.lab()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reader_of(seated: make.Seated) -> Any:
    user = people.ministry_officer()
    ProgrammeReader.objects.create(programme=seated.lab.area.programme, user=user)
    return user


def test_a_seat_that_was_renamed_has_the_name_under_which_it_spoke(seated: make.Seated) -> None:
    """One that said nothing is called as it is now."""
    spoke, silent = seated.union, seated.ministry
    old = spoke.organisation.name
    said = {**make.by_seat(spoke), "at": make.AT - 2 * make.DAY}
    stands.take(revision=seated.draft, seat=spoke, stand="dissents", reason="No", **said)
    for seat, name in ((spoke, "Union of today"), (silent, "Ministry of today")):
        reorganisations.rename(
            organisation=seat.organisation,
            name=name,
            on=make.ON,
            today=make.ON,
            reason="A new cabinet",
            **make.BY,
        )
    client = client_of(people.delivery_unit())
    gate = reverse("reviews:plan_gate", args=[seated.lab.plan.pk])
    for url in (reverse("labs:stands", args=[seated.draft.pk]), gate):
        page = client.get(url).content.decode()
        assert (old in page, "Ministry of today" in page) == (True, True), url


def test_a_seat_without_a_mandate_commits_nobody(seated: make.Seated) -> None:
    """It is told what it can do instead; once the mandate is recorded it agrees."""
    url = reverse("labs:stand_new", args=[seated.draft.pk])
    client = client_of(make.speaker(seated.union))
    given = {"seat": seated.union.pk, "stand": "agrees", "reason": "With both hands"}
    refused = client.post(url, given)
    said = refused.content.decode()
    assert refused.status_code == 200
    assert f"No mandate is recorded for the seat of {seated.union.organisation}" in said
    assert "ask the delivery unit to record the mandate first" in said
    assert "With both hands" in said, "what was typed stays"
    assert not SeatStand.objects.exists()
    assert client.post(url, given | {"stand": "dissents"}).status_code == 302
    Seat.objects.filter(pk=seated.union.pk).update(mandate="May commit its members")
    assert client.post(url, given).status_code == 302
    assert [row.stand for row in SeatStand.objects.all()] == ["dissents", "agrees"]


def test_only_whoever_speaks_for_a_seat_says_where_it_stands(seated: make.Seated) -> None:
    url = reverse("labs:stand_new", args=[seated.draft.pk])
    others = {
        "delivery unit": people.delivery_unit(),
        "colleague of the post": people.in_organisation(seated.union.organisation, "Clerk"),
        "reader": reader_of(seated),
        "auditor": people.auditor(),
    }
    given = {"seat": seated.union.pk, "stand": "dissents", "reason": "No"}
    for persona, user in others.items():
        assert client_of(user).post(url, given).status_code == 403, persona
    firm = client_of(make.speaker(seated.firm)).post(url, given)
    assert firm.status_code == 200, "not one of the seats they may choose"
    assert not SeatStand.objects.exists()


def test_where_a_seat_names_no_post_its_organisation_speaks(seated: make.Seated) -> None:
    clerk = people.in_organisation(seated.union.organisation, "Clerk")
    Seat.objects.filter(pk=seated.union.pk).update(post=None)
    url = reverse("labs:stand_new", args=[seated.draft.pk])
    given = {"seat": seated.union.pk, "stand": "objects", "reason": "Too dear"}
    assert client_of(clerk).post(url, given).status_code == 302
    assert SeatStand.objects.get().by_post == people.post_of(clerk)


def test_dissent_is_kept_as_it_was_typed_and_needs_words(seated: make.Seated) -> None:
    url = reverse("labs:stand_new", args=[seated.draft.pk])
    client = client_of(make.speaker(seated.firm))
    given = {"seat": seated.firm.pk, "stand": "dissents"}
    silent = client.post(url, given | {"reason": "  "})
    assert "Say why, in the seat&#x27;s own words" in silent.content.decode()
    assert client.post(url, given | {"reason": DISSENT}).status_code == 302
    assert SeatStand.objects.get().reason.replace("\r\n", "\n") == DISSENT


def test_a_later_view_counts_and_the_earlier_stays(seated: make.Seated) -> None:
    draft = seated.draft
    make.stand(seated.ministry, draft, "objects", "Too fast")
    make.stand(seated.ministry, draft, "objects", "Too fast")
    make.stand(seated.ministry, draft, "agrees")
    assert SeatStand.objects.count() == 2, "the same again adds nothing"
    found = {each.seat.pk: each for each in selectors.of_revision(draft)}
    assert found[seated.ministry.pk].now.stand == "agrees"
    assert [view.reason for view in found[seated.ministry.pk].earlier] == ["Too fast"]
    assert selectors.dissent(draft) == []
    silent = {seat.pk for seat in selectors.silent_core(draft)}
    assert seated.ministry.pk not in silent
    assert {seated.union.pk, seated.firm.pk} <= silent


def test_a_decided_revision_takes_no_more(seated: make.Seated) -> None:
    draft = seated.draft
    objection = make.objection(draft, seated.union)
    Revision.objects.filter(pk=draft.pk).update(state="rejected")
    with pytest.raises(stands.Decided):
        make.stand(seated.firm, draft, "objects", "Late")
    with pytest.raises(stands.Decided):
        make.objection(draft, seated.firm)
    with pytest.raises(stands.Decided):
        objections.answer(objection=objection, answer="Late", **make.BY)
    client = client_of(make.speaker(seated.firm))
    late = client.get(reverse("labs:stand_new", args=[draft.pk]), follow=True)
    assert "This revision is decided" in late.content.decode()


def test_an_objection_is_made_answered_and_the_objector_told(seated: make.Seated) -> None:
    draft = seated.draft
    new = reverse("labs:objection_new", args=[draft.pk])
    union, unit = client_of(make.speaker(seated.union)), people.delivery_unit()
    given = {"organisation": seated.union.organisation_id, "blocking": "on"}
    empty = union.post(new, given | {"text": " "})
    assert empty.status_code == 200
    assert union.post(new, given | {"text": "It costs jobs"}).status_code == 302
    assert union.post(new, given | {"text": "It costs jobs"}).status_code == 302
    objection = Objection.objects.get()
    assert objection.blocking
    assert Notice.objects.filter(title__contains="objects to").count() >= 1
    answer = reverse("labs:objection_answer", args=[objection.pk])
    assert union.post(answer, {"answer": "No"}).status_code == 403, "not one's own"
    assert client_of(reader_of(seated)).post(answer, {"answer": "No"}).status_code == 403
    assert client_of(unit).post(answer, {"answer": "Training is added"}).status_code == 302
    again = client_of(unit).post(answer, {"answer": "Again"})
    assert "answered or withdrawn already" in again.content.decode()
    shown = union.get(reverse("labs:objections", args=[draft.pk])).content.decode()
    assert "Training is added" in shown
    assert Notice.objects.filter(title__contains="is answered").count() == 1


def test_only_those_concerned_block(seated: make.Seated) -> None:
    reader = reader_of(seated)
    draft = seated.draft
    new = reverse("labs:objection_new", args=[draft.pk])
    organisation = people.post_of(reader).organisation_id
    given = {"organisation": organisation, "text": "We do not like it", "blocking": "on"}
    refused = client_of(reader).post(new, given)
    assert "Make the objection without blocking" in refused.content.decode()
    assert "We do not like it" in refused.content.decode()
    del given["blocking"]
    assert client_of(reader).post(new, given).status_code == 302
    busy = held_post("Builder")
    assert not permissions.may_block(draft, busy.organisation)
    initiative = draft.changes.filter(part="initiative").first().key
    make_labs.add(
        draft,
        "milestone",
        initiative_key=str(initiative),
        title="Build it",
        owner=str(busy.pk),
        starts_on="2019-02-01",
        finishes_on="2019-03-01",
    )
    assert permissions.may_block(draft, busy.organisation), "the plan gives it something to do"
    assert permissions.may_block(draft, seated.lab.area.lead)


def test_the_organisation_withdraws_and_nobody_else(seated: make.Seated) -> None:
    draft = seated.draft
    objection = make.objection(draft, seated.union, blocking=True)
    url = reverse("labs:objection_withdraw", args=[objection.pk])
    assert client_of(make.speaker(seated.firm)).post(url, {"confirm": "True"}).status_code == 403
    union = client_of(make.speaker(seated.union))
    assert union.post(url, {"confirm": "True"}).status_code == 302
    assert list(selectors.unanswered(draft)) == []
    assert Event.objects.filter(verb="objection.withdrawn").count() == 1
    with pytest.raises(objections.AnsweredAlready):
        objections.answer(
            objection=objection, answer="Too late", by=actor(people.delivery_unit()), at=make.AT
        )


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_what_is_said(seated: make.Seated) -> None:
    draft = seated.draft

    def grow(times: int) -> None:
        for number in range(times):
            seat = make.seat(seated.lab)
            make.stand(seat, draft, "dissents", f"No {number}")
            make.objection(draft, seat, f"Not {number}")
            make.condition(draft, seat.post, f"Do {number}")

    grow(2)
    client = client_of(people.delivery_unit())
    urls = [
        reverse(f"labs:{name}", args=[draft.pk]) for name in ("stands", "objections", "conditions")
    ]
    urls.append(reverse("reviews:plan_gate", args=[draft.plan_id]))
    before = [queries(client, url) for url in urls]
    grow(5)
    assert [queries(client, url) for url in urls] == before

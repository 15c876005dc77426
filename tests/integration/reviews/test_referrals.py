"""What a review asks of others: answered, refused, withdrawn; who reads it, what is restricted."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from kpis.rules.values import Observation
from kpis.services import readings
from ledger.models import Event, Notice
from ledger.rules.recipients import recipient
from reviews.models import Referral
from reviews.selectors import referrals as selectors
from reviews.services import referrals
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import PostFactory, actor, outsider
from tests.factories.referrals import asked, ministry, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def case(opened):
    """An open review, what it was opened about, and what it asked of another ministry."""
    review, draft = opened
    return review, draft, asked(draft, review)


def by_officer(referral: Referral):
    post = referral.organisation.posts.get()
    return actor(person_in(post), post)


class TestAnswers:
    def test_met_is_said_with_words_and_told_to_owner_and_forum(self, case):
        review, draft, referral = case
        with pytest.raises(referrals.NeedsAnswer):
            referrals.meet(referral=referral, text=" ", by=by_officer(referral), at=make.AT)
        referrals.meet(referral=referral, text="Open.", by=by_officer(referral), at=make.AT)
        assert (referral.state, referral.answer, referral.nag_on) == ("met", "Open.", None)
        event = Event.objects.get(verb="referral.met")
        told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
        chair = person_in(review.forum.chair)
        assert told >= {recipient(draft.place.owner_user.pk), recipient(chair.pk)}

    def test_one_answer_counts(self, case):
        _review, _draft, referral = case
        referrals.refuse(
            referral=referral, reason="The law forbids it", by=by_officer(referral), at=make.AT
        )
        with pytest.raises(referrals.NotAwaited):
            referrals.meet(referral=referral, text="Open.", by=by_officer(referral), at=make.AT)
        with pytest.raises(referrals.NotAwaited):
            referrals.withdraw(
                referral=referral, reason="Late", by=by_officer(referral), at=make.AT
            )

    def test_nobody_answers_what_they_asked(self, case):
        _review, draft, referral = case
        own = actor(draft.place.owner_user, referral.organisation.posts.get())
        with pytest.raises(referrals.OwnRequest):
            referrals.meet(referral=referral, text="Open.", by=own, at=make.AT)

    def test_withdrawal_takes_a_reason_and_is_told(self, case):
        _review, draft, referral = case
        by = actor(draft.place.owner_user, draft.place.owner)
        with pytest.raises(referrals.NeedsReason):
            referrals.withdraw(referral=referral, reason="", by=by, at=make.AT)
        referrals.withdraw(referral=referral, reason="Wrong ministry", by=by, at=make.AT)
        event = Event.objects.get(verb="referral.withdrawn")
        who = recipient(officer(referral.organisation).pk)
        assert Notice.objects.filter(event=event, recipient=who).exists()

    def test_a_value_is_met_once_its_correction_came_in(self, client: Client, opened):
        review, draft = opened
        value = draft.series.readings.get()
        referral = asked(
            draft,
            review,
            draft.place.ministry,
            kind="correction",
            reading=value,
            post=draft.place.owner,
        )
        owner = actor(draft.place.owner_user, draft.place.owner)
        with pytest.raises(referrals.NotCorrectedYet):
            referrals.meet(referral=referral, text="Done", by=owner, at=make.AT)
        readings.correct(
            reading=value,
            observation=Observation("=", value.value - 30),
            reason="Counted twice",
            by=owner,
            at=make.AT,
        )
        client.force_login(draft.place.owner_user)
        shown = client.get(f"/referrals/{referral.pk}/").content.decode()
        assert "The value has been corrected since" in shown
        referrals.meet(referral=referral, text="Done", by=owner, at=make.AT)
        assert referral.state == Referral.State.MET


class TestPages:
    def test_the_organisation_asked_finds_it_on_its_desk_and_answers(self, case, client):
        review, draft, referral = case
        client.force_login(officer(referral.organisation))
        assert referral.text in client.get("/desk/").content.decode()
        page = client.get(f"/referrals/{referral.pk}/").content.decode()
        assert draft.kpi.name not in page, "not a reader of the programme"
        answer = f"/referrals/{referral.pk}/answer/"
        kept = client.post(answer, {"answer": "refused", "text": ""})
        assert kept.status_code == 200
        sent = client.post(answer, {"answer": "refused", "text": "The law forbids it."})
        assert sent.status_code == 302
        assert referral.text not in client.get("/desk/").content.decode()
        client.force_login(draft.place.owner_user)
        shown = client.get(f"/reviews/{review.pk}/").content.decode()
        assert "Refused" in shown
        assert "can be disputed" in shown

    def test_lists_by_side_state_and_programme(self, case, client):
        _review, draft, referral = case
        url = f"/referrals/{referral.pk}/"
        code = draft.place.programme.code
        client.force_login(officer(referral.organisation))
        assert url in client.get("/referrals/?side=of_us").content.decode()
        client.force_login(draft.place.owner_user)
        assert url not in client.get("/referrals/?side=of_us").content.decode()
        assert url in client.get(f"/referrals/?programme={code}").content.decode()
        assert url not in client.get("/referrals/?programme=other").content.decode()
        assert url not in client.get("/referrals/?state=ended").content.decode()
        client.force_login(outsider())
        assert url not in client.get("/referrals/").content.decode()
        assert client.get(url).status_code == 404

    def test_only_who_asked_the_forum_and_the_unit_withdraw(self, case, client):
        review, draft, referral = case
        page = f"/referrals/{referral.pk}/withdraw/"
        for user, status in (
            (officer(referral.organisation), 403),
            (person_in(draft.place.verifier), 403),
            (person_in(review.forum.secretary), 200),
            (draft.place.unit, 200),
            (draft.place.owner_user, 200),
        ):
            client.force_login(user)
            assert client.get(page).status_code == status, user
        assert client.post(page, {"reason": "Wrong ministry"}).status_code == 302

    def test_of_something_restricted_the_asked_read_what_is_asked_and_not_of_what(
        self, case, client
    ):
        _review, draft, referral = case
        draft.kpi.restricted_to.add(draft.place.steering)
        client.force_login(officer(referral.organisation))
        for page in ("/referrals/", f"/referrals/{referral.pk}/", "/desk/"):
            shown = client.get(page).content.decode()
            assert referral.text in shown
            assert draft.kpi.name not in shown
        reader = person_in(held_post("Officer", draft.place.ministry))
        client.force_login(reader)
        assert "1 restricted request is not shown" in client.get("/referrals/").content.decode()

    def test_a_list_takes_as_many_queries_for_ten_as_for_twenty(
        self, case, client, django_assert_max_num_queries
    ):
        review, draft, _referral = case
        for number in range(9):
            asked(draft, review, ministry(f"Ministry no. {number}"))
        client.force_login(draft.place.owner_user)
        client.get("/referrals/")
        with django_assert_max_num_queries(60) as few:
            client.get("/referrals/")
        for number in range(9, 19):
            asked(draft, review, ministry(f"Ministry no. {number}"))
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get("/referrals/")


def test_a_vacant_post_does_not_keep_a_request_from_its_organisation(opened):
    review, draft = opened
    organisation = ministry()
    empty = PostFactory(organisation=organisation, title="Nobody yet")
    referral = asked(draft, review, organisation, post=empty)
    waiting = selectors.to_answer(officer(organisation), make.ON)
    assert list(waiting) == [referral]


def test_a_ruling_may_ask_for_data_to_be_corrected(disputed):
    dispute = disputed
    party = dispute.parties.order_by("pk")[0].organisation
    made = referrals.address(
        request=referrals.Request(
            kind="correction",
            organisation=party,
            text="Count street crime as agreed.",
            due_on=make.ON + datetime.timedelta(days=20),
        ),
        dispute=dispute,
        by=actor(),
        at=make.AT,
    )
    assert (made.dispute, made.review) == (dispute, None)
    assert (
        selectors.line(
            selectors.loaded(Referral.objects.filter(pk=made.pk)).get(), officer(party), make.ON
        ).about
        == dispute.title
    )

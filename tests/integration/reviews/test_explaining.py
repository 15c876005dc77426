"""Explaining: evidence in rows with files, and what a cause asks of others, all without scripts."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ledger.models import Event, Notice
from ledger.rules.recipients import recipient
from people.models import Document, Organisation
from reviews.models import Explanation, ExplanationSource, Referral, Review
from reviews.services import approvals, explanations, referrals
from tests.factories import content
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import OrganisationFactory, actor, auditor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
MAY = datetime.date(2019, 5, 2)
PDF = b"%PDF-1.7 letter"
SAID = {"text": "The register is closed to the police.", "rows": "2"}


def page(review: Review) -> str:
    return f"/reviews/{review.pk}/explain/"


@pytest.fixture
def case(client: Client, opened):
    """An open review before its owner."""
    review, draft = opened
    client.force_login(draft.place.owner_user)
    return review, draft


def ministry(name: str = "Ministry of Roads") -> Organisation:
    """An organisation with somebody in office."""
    made = OrganisationFactory(name=name)
    held_post("Director, Roads", made)
    return made


class TestEvidence:
    def test_several_rows_with_a_file_are_kept_with_the_explanation(self, case, client):
        review, _draft = case
        sent = {
            **SAID,
            "cause": "means",
            "source_0_title": "Shifts worked",
            "source_0_dated": "2019-03-31",
            "source_0_where": "Roster of March",
            "source_1_title": "Letter of the union",
            "source_1_dated": "2019-04-02",
            "source_1_file": SimpleUploadedFile("letter.pdf", PDF),
        }
        assert client.post(page(review), sent).status_code == 302
        rows = list(ExplanationSource.objects.order_by("dated"))
        assert [row.title for row in rows] == ["Shifts worked", "Letter of the union"]
        shown = client.get(f"/reviews/{review.pk}/").content.decode()
        assert "Roster of March" in shown
        assert "letter.pdf" in shown
        url = f"/reviews/evidence/{rows[1].pk}/"
        assert b"".join(client.get(url).streaming_content) == PDF
        assert client.get(f"/reviews/evidence/{rows[0].pk}/").status_code == 404
        client.force_login(person_in(held_post("Elsewhere")))
        assert client.get(url).status_code == 404

    def test_a_row_that_lacks_something_says_what_and_nothing_is_kept(self, case, client):
        review, _draft = case
        sent = {**SAID, "cause": "means", "source_1_title": "Shifts worked"}
        answer = client.post(page(review), sent)
        errors = answer.context["form"].errors
        assert set(errors) == {"source_1_dated", "source_1_where"}
        assert "Shifts worked" in answer.content.decode()
        assert not Explanation.objects.exists()
        assert not Document.objects.exists()

    def test_more_rows_keep_what_was_typed_and_ask_for_files_again(self, case, client):
        review, _draft = case
        sent = {
            **SAID,
            "cause": "goal",
            "more": "1",
            "source_0_title": "Shifts worked",
            "source_0_file": SimpleUploadedFile("roster.pdf", PDF),
        }
        answer = client.post(page(review), sent)
        shown = answer.content.decode()
        assert 'name="source_3_title"' in shown
        assert "Shifts worked" in shown
        assert SAID["text"] in shown
        assert "Choose your files again" in shown
        assert not answer.context["form"].errors
        assert not Explanation.objects.exists()

    def test_a_file_of_the_wrong_kind_is_refused_and_nothing_is_kept(self, case, client):
        review, _draft = case
        sent = {
            **SAID,
            "cause": "means",
            "source_0_title": "Shifts",
            "source_0_dated": "2019-03-31",
            "source_0_file": SimpleUploadedFile("run.exe", b"MZ"),
        }
        answer = client.post(page(review), sent)
        assert "This kind of file is not accepted" in answer.content.decode()
        assert not Explanation.objects.exists()

    def test_words_of_evidence_are_digests_in_the_ledger(self, case):
        review, draft = case
        explanations.explain(
            review=review,
            cause="means",
            text="Late.",
            sources=[explanations.Source("Shifts worked", MAY, "Roster of March")],
            by=actor(draft.place.owner_user),
            at=make.AT,
        )
        event = Event.objects.get(verb="review.explained")
        assert "Shifts worked" not in str(event.data)
        assert event.texts.filter(field="evidence").exists()


class TestCauses:
    @pytest.mark.parametrize("cause", ["external_policy", "coordination", "data"])
    def test_a_cause_that_lies_with_others_is_not_kept_without_asking_them(
        self, case, client, cause
    ):
        review, _draft = case
        answer = client.post(page(review), {**SAID, "cause": cause})
        assert answer.context["form"].errors
        assert SAID["text"] in answer.content.decode()
        assert not Explanation.objects.exists()

    def test_a_policy_elsewhere_is_put_to_the_ministry_whose_policy_it_is(self, case, client):
        review, draft = case
        asked = ministry()
        sent = {
            **SAID,
            "cause": "external_policy",
            "organisation": asked.pk,
            "asked": "Open the register to the police.",
            "answer_by": "2019-05-02",
        }
        assert client.post(page(review), sent).status_code == 302
        row = Referral.objects.get()
        assert (row.kind, row.organisation, row.due_on) == ("policy", asked, MAY)
        assert row.explanation == Explanation.objects.get()
        assert row.nag_on == datetime.date(2019, 5, 3)
        officer = person_in(asked.posts.get())
        told = Notice.objects.get(recipient=recipient(officer.pk))
        assert told.decide
        assert draft.kpi.name not in told.title, "they need not be its readers"

    def test_the_owners_own_organisation_is_not_another_ministry(self, case, client):
        review, draft = case
        sent = {
            **SAID,
            "cause": "external_policy",
            "organisation": draft.place.ministry.pk,
            "asked": "Change it",
            "answer_by": "2019-05-02",
        }
        errors = client.post(page(review), sent).context["form"].errors
        assert list(errors) == ["organisation"]

    def test_what_is_asked_for_another_cause_is_refused_and_kept_on_the_form(self, case, client):
        review, _draft = case
        sent = {**SAID, "cause": "means", "asked": "Open the register"}
        answer = client.post(page(review), sent)
        assert answer.context["form"].errors["cause"]
        assert "Open the register" in answer.content.decode()

    def test_coordination_opens_a_need_of_the_plan_with_whom_what_and_when(self, client):
        where = make.place()
        asked = ministry()
        draft = make.complete_draft(where)
        need = content.request(draft.revision, asked, due_on="2019-06-28")
        make_labs.tested(draft.revision)
        review = in_force_and_off_course(draft)
        client.force_login(where.owner_user)
        assert "A road to the station" in client.get(page(review)).content.decode()
        sent = {**SAID, "cause": "coordination", "dependency": str(need)}
        assert client.post(page(review), sent).status_code == 302
        row = Referral.objects.get()
        assert (row.kind, row.organisation, row.dependency_key) == ("dependency", asked, need)
        assert (row.text, row.due_on) == ("A road to the station", datetime.date(2019, 6, 28))
        client.force_login(person_in(asked.posts.get()))
        requests = client.get("/requests/").content.decode()
        assert f"/referrals/{row.pk}/" in requests

    def test_coordination_may_name_an_organisation_that_the_plan_does_not(self, case, client):
        review, _draft = case
        asked = ministry()
        sent = {
            **SAID,
            "cause": "coordination",
            "organisation": asked.pk,
            "asked": "Tell us when the road is closed.",
            "answer_by": "2019-05-02",
        }
        assert client.post(page(review), sent).status_code == 302
        assert Referral.objects.get().dependency_key is None

    def test_data_ask_whoever_reported_the_value_to_correct_it(self, case, client):
        review, draft = case
        value = draft.series.readings.get()
        sent = {**SAID, "cause": "data", "asked": "Counted twice", "answer_by": "2019-05-02"}
        errors = client.post(page(review), sent).context["form"].errors
        assert list(errors) == ["reading"]
        assert client.post(page(review), {**sent, "reading": value.pk}).status_code == 302
        row = Referral.objects.get()
        assert (row.kind, row.reading, row.post) == ("correction", value, draft.place.owner)
        verifier = person_in(draft.place.verifier)
        assert Notice.objects.filter(
            recipient=recipient(verifier.pk), title__contains=draft.kpi.name
        ).exists()

    def test_what_was_asked_once_need_not_be_asked_again(self, case, client):
        review, draft = case
        asked = ministry()
        sent = {
            **SAID,
            "cause": "external_policy",
            "organisation": asked.pk,
            "asked": "Open the register.",
            "answer_by": "2019-05-02",
        }
        client.post(page(review), sent)
        again = client.post(page(review), {**SAID, "cause": "external_policy"})
        assert again.status_code == 302
        referrals.withdraw(
            referral=Referral.objects.get(), reason="In error", by=actor(auditor()), at=make.AT
        )
        last = client.post(page(review), {**SAID, "cause": "external_policy"})
        assert last.status_code == 200, "withdrawn, nobody is asked any more"


def in_force_and_off_course(draft: make.Draft) -> Review:
    """The review of a draft that its committee approved and whose first value was bad."""
    motion = approvals.submit(revision=draft.revision, by=actor(draft.place.unit), at=make.BEFORE)
    make.carry(motion, make.BEFORE)
    make_kpis.reading(draft.series, "2018", "90")
    make.sweep()
    return Review.objects.get(kpi=draft.kpi)


def test_opening_the_form_takes_as_many_queries_however_much_was_measured(
    case, client, django_assert_max_num_queries
):
    review, draft = case
    with django_assert_max_num_queries(80) as few:
        client.get(page(review))
    make_kpis.history(draft.series, "2008-01-01", ["50"] * 10)
    for number in range(5):
        ministry(f"Ministry no. {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(page(review))

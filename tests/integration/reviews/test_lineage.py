"""From a lab to everything that came of it, and from any of it back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Deviation
from kpis.services import kpis as kpi_services
from labs.models import Lab, Lesson
from labs.services import labs as lab_services
from reviews.models import Review
from reviews.selectors import lineage
from reviews.selectors.lineage import back
from tests.factories import disputes as make_disputes
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.people import actor, auditor, ministry_officer
from tests.factories.referrals import asked, officer

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.AT.date()


@pytest.fixture
def story():
    """A value was bad, its review changed the goal, a dispute was settled, a lesson drawn."""
    review, draft = make.open_review()
    plan = draft.revision.plan
    changes = make_labs.revision_of(plan, title="A lower goal")
    before = make.numbers("50")
    make.set_target(changes, draft.series, make.YEAR_2018, "90", before=before)
    proposal = make.propose(review, outcome="change_goal", cause="goal", revision=changes)
    make.carry(proposal.motion)
    dispute = make_disputes.settled(area=draft.place.area, kpi=draft.kpi)
    Lesson.objects.create(
        programme=draft.place.programme, lab=plan.lab, title="Ask earlier", text="So.", at=AT
    )
    return draft, Review.objects.get(pk=review.pk), changes, dispute


def ids(branch) -> list[str]:
    return [branch.node.id, *(each for below in branch.below for each in ids(below))]


def lab_of(draft) -> Lab:
    return Lab.objects.select_related("plan").get(pk=draft.revision.plan.lab_id)


def test_a_lab_leads_to_all_that_came_of_it(story) -> None:
    draft, review, changes, dispute = story
    found = lineage.of_lab(auditor(), lab_of(draft), ON)
    listed = set(ids(found.root))
    deviation = Deviation.objects.get(series=draft.series, rule__kind="progress")
    wanted = {
        f"goal-{draft.goal}",
        f"kpi-{draft.kpi.pk}",
        f"deviation-{deviation.pk}",
        f"review-{review.pk}",
        f"decision-{review.decision_id}",
        f"revision-{changes.pk}",
        f"dispute-{dispute.pk}",
        f"lesson-{Lesson.objects.get().pk}",
    }
    assert wanted <= listed
    assert any(each.startswith("initiative-") for each in listed)
    assert found.hidden == []


@pytest.mark.parametrize("kind", ["kpi", "deviation", "review", "decision", "revision", "dispute"])
def test_each_leads_back_to_the_lab(story, kind: str) -> None:
    draft, review, changes, dispute = story
    things = {
        "kpi": draft.kpi.pk,
        "deviation": Deviation.objects.get(series=draft.series, rule__kind="progress").pk,
        "review": review.pk,
        "decision": review.decision_id,
        "revision": changes.pk,
        "dispute": dispute.pk,
    }
    found = lineage.back(auditor(), kind, str(things[kind]), ON)
    assert found is not None
    chain = [node.id for node, _came_from in found.steps]
    assert chain[0] == f"{kind}-{things[kind]}"
    assert chain[-1] == f"lab-{lab_of(draft).pk}"


def test_the_revision_came_from_the_decision_and_that_from_the_review(story) -> None:
    draft, review, changes, _dispute = story
    found = lineage.back(auditor(), "revision", str(changes.pk), ON)
    came_from = {node.id: [each.id for each in above] for node, above in found.steps}
    assert f"decision-{review.decision_id}" in came_from[f"revision-{changes.pk}"]
    assert came_from[f"decision-{review.decision_id}"] == [f"review-{review.pk}"]
    deviations = set(came_from[f"review-{review.pk}"])
    assert all(each.startswith("deviation-") for each in deviations)


def test_a_mini_lab_hangs_on_its_review_and_says_where_it_came_from() -> None:
    review, draft = make.open_review()
    proposal = make.propose(review, outcome="lab")
    make.carry(proposal.motion)
    review = Review.objects.get(pk=review.pk)
    found = lineage.of_lab(auditor(), lab_of(draft), ON)
    assert f"lab-{review.lab_id}" in ids(found.root)
    mini = Lab.objects.select_related("plan").get(pk=review.lab_id)
    back = lineage.of_lab(auditor(), mini, ON)
    assert draft.kpi.name in [asked.title for asked in back.origins]


def test_what_is_restricted_is_counted_and_never_named(story) -> None:
    draft, _review, _changes, dispute = story
    forum = draft.place.steering
    kpi_services.restrict(kpi=draft.kpi, forums=[forum], by=actor(), at=AT)
    dispute.restricted_to.add(forum)
    draft.place.programme.readers.create(user=(reader := ministry_officer()))
    found = lineage.of_lab(reader, lab_of(draft), ON)
    listed = ids(found.root)
    assert not [each for each in listed if each.startswith(("kpi-", "dispute-", "review-"))]
    assert {str(kind): number for kind, number in found.hidden}["KPIs"] == 1
    assert lineage.back(reader, "kpi", str(draft.kpi.pk), ON) is None
    assert lineage.back(reader, "dispute", str(dispute.pk), ON) is None


def test_nobody_reads_the_lineage_of_a_lab_they_may_not_read(story) -> None:
    draft, _review, changes, _dispute = story
    lab_services.restrict(lab=lab_of(draft), forums=[draft.place.steering], by=actor(), at=AT)
    draft.place.programme.readers.create(user=(reader := ministry_officer()))
    assert lineage.back(reader, "revision", str(changes.pk), ON) is None


@pytest.mark.parametrize(
    ("kind", "ident"),
    [("kpi", "9999"), ("kpi", "x"), ("goal", "1"), ("nothing", "1"), ("review", "9" * 30)],
)
def test_what_there_is_not_is_not_there(story, kind: str, ident: str) -> None:
    assert lineage.back(auditor(), kind, ident, ON) is None


def more(draft, number: int) -> None:
    for _each in range(number):
        kpi = make_kpis.kpi(draft.place.area, rules_from="", goal_key=draft.goal)
        make_disputes.open_dispute(area=draft.place.area, kpi=kpi)
        Lesson.objects.create(
            programme=draft.place.programme,
            lab=draft.revision.plan.lab,
            title="More",
            text="Of it",
            at=AT,
        )


def test_queries_do_not_grow_with_what_came_of_it(story) -> None:
    draft, _review, changes, _dispute = story
    user, lab = auditor(), lab_of(draft)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            lineage.of_lab(user, lab, ON)
            lineage.back(user, "revision", str(changes.pk), ON)
        return len(captured)

    asked()
    before = asked()
    more(draft, 8)
    assert asked() == before
    page = lineage.of_lab(user, lab, ON)
    assert [box.node.count for box in page.picture.boxes if box.node.count > 1] == [9, 9, 9]


class TestPutToOthers:
    """What a review asked of another ministry, of a step, or of whoever reported a value."""

    @pytest.fixture
    def put(self):
        review, draft = make.open_review()
        return asked(draft, review, text="Open the register."), review, draft

    def test_it_came_of_the_review_and_leads_back_to_the_lab(self, put) -> None:
        referral, review, draft = put
        reader = auditor()
        listed = ids(lineage.of_lab(reader, lab_of(draft), ON).root)
        assert f"referral-{referral.pk}" in listed
        page = back(reader, "referral", str(referral.pk), ON)
        assert page is not None
        assert [node.id for node, _came_from in page.steps][:2] == [
            f"referral-{referral.pk}",
            f"review-{review.pk}",
        ]
        assert page.steps[0][0].note == "Ministry of Roads: awaiting an answer"

    def test_the_review_and_the_kpi_say_what_came_of_them(self, put) -> None:
        referral, review, draft = put
        reader = auditor()
        of_review = back(reader, "review", str(review.pk), ON)
        assert [branch.node.id for branch in of_review.after] == [f"referral-{referral.pk}"]
        of_kpi = back(reader, "kpi", str(draft.kpi.pk), ON)
        below = [each for branch in of_kpi.after for each in ids(branch)]
        assert below[-2:] == [f"review-{review.pk}", f"referral-{referral.pk}"]

    def test_of_something_restricted_it_is_counted_and_who_was_asked_is_not_told_of_what(
        self, put, client, today
    ) -> None:
        referral, review, draft = put
        kpi_services.restrict(kpi=draft.kpi, forums=[draft.place.steering], by=actor(), at=AT)
        draft.place.programme.readers.create(user=(reader := ministry_officer()))
        found = lineage.of_lab(reader, lab_of(draft), ON)
        assert f"referral-{referral.pk}" not in ids(found.root)
        assert ("issues put to others", 1) in [(str(kind), n) for kind, n in found.hidden]
        client.force_login(officer(referral.organisation))
        page = client.get(f"/referrals/{referral.pk}/")
        assert page.status_code == 200
        assert "lineage" not in page.content.decode()
        assert client.get(f"/lineage/referral/{referral.pk}/").status_code == 404

    def test_the_pages_name_and_link_it(self, put, client, today) -> None:
        referral, review, _draft = put
        client.force_login(auditor())
        page = client.get(f"/referrals/{referral.pk}/").content.decode()
        url = f"/lineage/referral/{referral.pk}/"
        assert url in page
        assert "Open the register." in client.get(url).content.decode()
        shown = client.get(f"/lineage/review/{review.pk}/").content.decode()
        assert "What came of it" in shown
        assert "Open the register." in shown

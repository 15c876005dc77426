"""From a complete draft to a plan in force on conditions, through the pages.

Objections block until they are answered, dissent reaches the forum as it was typed,
who presides adds a term, and each condition is an action once it is carried.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Action, Motion
from labs.models import Condition, Revision
from labs.selectors import stands
from labs.services import conditions
from labs.services import seats as seat_services
from reviews.selectors import gate
from reviews.services import voting
from tests.factories import reviews as make
from tests.factories import weeks
from tests.factories.forums import core, person_in
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DISSENT = "We were told on the last day. \n  That is no way to work!"


@pytest.fixture
def draft() -> make.Draft:
    return make.complete_draft()


@pytest.fixture
def union(draft: make.Draft) -> Any:
    return weeks.seat(draft.revision.plan.lab, "Union")


def fresh(draft: make.Draft) -> Revision:
    rows = Revision.objects.select_related("plan__lab__area__programme", "plan__in_force")
    return rows.get(pk=draft.revision.pk)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def gate_of(draft: make.Draft) -> str:
    return reverse("reviews:plan_gate", args=[draft.revision.plan_id])


def blocking(draft: make.Draft) -> list[str]:
    return [gap.code for gap in gate.missing(fresh(draft), approved=True) if gap.blocks]


def put(draft: make.Draft) -> Motion:
    """The delivery unit puts the draft through its page."""
    answer = client_of(draft.place.unit).post(gate_of(draft), {"mode": "chair", "reason": "Ready"})
    assert answer.status_code == 302, answer.content.decode()
    return Motion.objects.latest("pk")


def vote(motion: Motion) -> Any:
    """The chair votes for it through the page."""
    chair = person_in(motion.voters.get(presides=True).post)
    url = reverse("reviews:vote", args=[motion.pk])
    return client_of(chair).post(url, {"choice": "for", "reason": "The case is made"})


def test_a_blocking_objection_keeps_the_draft_from_the_forum_until_it_is_answered(
    draft: make.Draft, union: Any
) -> None:
    assert blocking(draft) == []
    objection = weeks.objection(fresh(draft), union, blocking=True)
    assert blocking(draft) == ["objection"]
    unit = client_of(draft.place.unit)
    page = unit.get(gate_of(draft)).content.decode()
    link = reverse("labs:objection_answer", args=[objection.pk])
    assert f'href="{link}"' in page
    assert unit.post(gate_of(draft), {"mode": "chair"}).status_code == 200
    assert not Motion.objects.exists()
    assert unit.get(link).status_code == 200
    assert unit.post(link, {"answer": "Training is added"}).status_code == 302
    assert blocking(draft) == []
    put(draft)
    assert "Training is added" in unit.get(gate_of(draft)).content.decode()


def test_an_objection_made_while_the_forum_considers_it_blocks_adoption(
    draft: make.Draft, union: Any
) -> None:
    motion = put(draft)
    objection = weeks.objection(fresh(draft), union, blocking=True)
    refused = vote(motion)
    assert refused.status_code == 200
    assert f"{union.organisation} objects" in refused.content.decode()
    motion.refresh_from_db()
    assert (motion.state, motion.votes.count()) == ("open", 0), "the vote is not cast either"
    weeks.objections.withdraw(objection=objection, **weeks.by_seat(union))
    assert vote(motion).status_code == 302
    assert fresh(draft).state == Revision.State.ADOPTED


def test_what_warns_is_listed_and_keeps_nothing_out(draft: make.Draft, union: Any) -> None:
    weeks.objection(fresh(draft), union, text="It is ugly")
    weeks.comment(weeks.open_day(fresh(draft)))
    unit = client_of(draft.place.unit)
    found = {gap.code: gap for gap in gate.missing(fresh(draft)) if not gap.blocks}
    assert {"objection_open", "stands", "comments"} <= set(found)
    page = unit.get(gate_of(draft)).content.decode()
    assert "Think of the villages" in page, "each that awaits an answer is listed"
    for gap in found.values():
        assert f'href="{gap.url}"' in page, gap.code
        assert unit.get(gap.url.partition("#")[0]).status_code == 200, gap.code
    put(draft)


def test_every_link_of_the_page_answers_whoever_can_mend_it(draft: make.Draft, union: Any) -> None:
    """As the delivery unit, as who speaks for a seat, as who presides and as the lead."""
    objection = weeks.objection(fresh(draft), union, blocking=True)
    weeks.condition(fresh(draft), draft.place.owner)
    weeks.stand(union, fresh(draft), "dissents", DISSENT)
    people = {
        "unit": draft.place.unit,
        "seat": weeks.speaker(union),
        "chair": person_in(draft.place.steering.chair),
        "lead": draft.place.owner_user,
    }
    for persona, user in people.items():
        client = client_of(user)
        page = client.get(gate_of(draft)).content.decode()
        main = page[page.index("<main") : page.index("</main")]
        for link in set(re.findall(r'href="(/[^"#]*)', main)):
            assert client.get(link.replace("&amp;", "&")).status_code == 200, (persona, link)
        answer = f'href="{reverse("labs:objection_answer", args=[objection.pk])}"'
        assert (answer in page) is (persona in {"unit", "lead"}), persona


def test_the_page_says_who_decides_who_stands_aside_and_why(draft: make.Draft, union: Any) -> None:
    unit = client_of(draft.place.unit)
    page = unit.get(gate_of(draft)).content.decode()
    assert str(draft.place.steering.chair) in page
    assert "presides" in page
    assert "Stands aside" not in page
    member = core(draft.place.steering)[0]
    lab = draft.revision.plan.lab
    lab.area.lead = member.organisation
    lab.area.save()
    mine = client_of(person_in(member)).get(gate_of(draft)).content.decode()
    assert "Stands aside" in mine, "whoever puts it has no vote on it"
    assert "Put the plan to the forum" in mine
    holds = re.search(r'id="stress-test".*?</section>', page, re.DOTALL)
    assert holds is not None
    assert "It can be done" in holds.group()


def test_dissent_reaches_the_motion_page_unedited(draft: make.Draft, union: Any) -> None:
    speaker = client_of(weeks.speaker(union))
    url = reverse("labs:stand_new", args=[draft.revision.pk])
    given = {"seat": union.pk, "stand": "dissents", "reason": DISSENT}
    assert speaker.post(url, given).status_code == 302
    motion = put(draft)
    member = client_of(person_in(core(draft.place.steering)[0]))
    page = member.get(reverse("forums:motion", args=[motion.pk])).content.decode()
    assert DISSENT in page.replace("\r\n", "\n")
    assert str(union.organisation) in page


def test_conditions_become_actions_exactly_once(draft: make.Draft, union: Any) -> None:
    unit = client_of(draft.place.unit)
    owner = draft.place.owner
    new = reverse("labs:condition_new", args=[draft.revision.pk])
    wrong = unit.post(new, {"text": "Count", "owner": owner.pk, "due_on": "2018-01-01"})
    assert "Choose a day that lies ahead" in wrong.content.decode()
    assert 'value="Count"' in wrong.content.decode(), "what was typed stays"
    given = {"text": "Publish the costs", "owner": owner.pk, "due_on": "2019-06-30"}
    assert unit.post(new, given).status_code == 302
    assert unit.post(new, given).status_code == 302
    motion = put(draft)
    assert unit.post(new, given | {"text": "More"}).status_code == 403, "it is the chair's now"
    chair = client_of(person_in(motion.voters.get(presides=True).post))
    assert (
        "Set conditions" in chair.get(reverse("forums:motion", args=[motion.pk])).content.decode()
    )
    assert chair.post(new, given | {"text": "Ask the union"}).status_code == 302
    assert Condition.objects.count() == 2
    assert not Action.objects.exists()

    decided = vote(motion)
    assert decided.status_code == 302
    found = {action.title: action for action in Action.objects.all()}
    assert set(found) == {"Publish the costs", "Ask the union"}
    assert {action.owner for action in found.values()} == {owner}
    assert {str(action.due_on) for action in found.values()} == {"2019-06-30"}
    assert {action.decision for action in found.values()} == {motion.decision}
    again = conditions.open_actions(
        revision=fresh(draft), decision=motion.decision, by=actor(), at=make.AT
    )
    assert again == []
    voting.apply(decision=motion.decision, by=actor(), at=make.AT)
    assert Action.objects.count() == 2

    reader = client_of(draft.place.owner_user)
    for url in (
        reverse("labs:plan", args=[draft.revision.plan_id]),
        reverse("forums:decision", args=[motion.decision.pk]),
        gate_of(draft),
    ):
        assert "Publish the costs" in reader.get(url).content.decode(), url


def test_a_condition_whose_day_passed_meanwhile_is_due_on_the_day_of_the_decision(
    draft: make.Draft, union: Any
) -> None:
    weeks.condition(fresh(draft), draft.place.owner, days=1)
    motion = put(draft)
    late = make.AT + 5 * weeks.DAY
    make.carry(motion, late)
    assert Action.objects.get().due_on == late.date()


def test_a_lost_motion_opens_no_action(draft: make.Draft, union: Any) -> None:
    weeks.condition(fresh(draft), draft.place.owner)
    motion = put(draft)
    voter = motion.voters.select_related("post").get(presides=True)
    by = actor(person_in(voter.post), voter.post)
    voting.vote(motion=motion, post=voter.post, choice="against", reason="No", by=by, at=make.AT)
    assert not Action.objects.exists()
    assert Condition.objects.get().action is None


def test_a_condition_is_taken_back_before_the_forum_decides(draft: make.Draft, union: Any) -> None:
    condition = weeks.condition(fresh(draft), draft.place.owner)
    url = reverse("labs:condition_remove", args=[condition.pk])
    assert client_of(weeks.speaker(union)).post(url, {"confirm": "True"}).status_code == 403
    assert client_of(draft.place.unit).post(url, {"confirm": "True"}).status_code == 302
    assert not Condition.objects.exists()


def test_a_mandate_recorded_lets_the_seat_agree(draft: make.Draft, union: Any) -> None:
    """What the refusal tells one to do: the delivery unit records the mandate, then it counts."""
    seat_services.change(
        seat=union,
        post=union.post,
        kind=union.kind,
        group=None,
        people=1,
        mandate="May commit its members",
        by=actor(draft.place.unit),
        at=make.AT,
    )
    weeks.stand(union, fresh(draft), "agrees")
    assert union not in stands.silent_core(fresh(draft))

"""The three tests and the checklist: answered on one page, kept as parts, asked for at the gate."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import ProgrammeSettings
from labs.rules.quadrants import TESTS
from labs.selectors import changes, plans
from labs.services import revisions
from labs.services.revisions.answers import Given
from labs.templatetags import plans as tags
from ledger.models import Event
from reviews.selectors import gate
from reviews.services import gate as gate_services
from tests.factories import content as make_content
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = Client()
    client.force_login(people.delivery_unit())
    return client


@pytest.fixture
def draft():
    return make.open_draft(make.draft_plan())


@pytest.fixture
def initiative(draft):
    key = make_content.initiative_of(draft)
    make_content.change(draft, "initiative", key, scope="horizontal", intervention="public_input")
    return key


def url(draft, initiative) -> str:
    return reverse("labs:initiative_tests", args=[draft.pk, initiative])


def hidden(page: str) -> str:
    return unescape(re.search(r'name="started" value="([^"]*)"', page)[1])


def answers(draft) -> dict[str, str]:
    return {each.question: each.verdict for each in plans.draft(draft).answers.values()}


def save(draft, initiative, began=None, **given: Given) -> int:
    return revisions.answers.give(
        revision=draft, initiative=initiative, given=given, began=began, **make_content.BY
    )


def test_the_page_asks_what_the_quadrant_asks_and_saves_all_at_once(
    client, draft, initiative
) -> None:
    raw = client.get(url(draft, initiative)).content.decode()
    page = unescape(raw)
    for asked in (*TESTS, "coverage_known", "provider_named"):
        assert f'id="question-{asked}"' in page
    assert 'id="question-reciprocity"' not in page
    form = {"started": hidden(raw)}
    for question in TESTS:
        form |= {f"{question}-verdict": "yes", f"{question}-title": f"Because of {question}"}
    events = Event.objects.count()
    assert client.post(url(draft, initiative), form).status_code == 302
    assert answers(draft) == dict.fromkeys(TESTS, "yes")
    assert Event.objects.count() == events + 1
    # The same form again changes nothing and keeps one row each.
    client.post(url(draft, initiative), form)
    assert answers(draft) == dict.fromkeys(TESTS, "yes")
    assert Event.objects.count() == events + 1


def test_an_answer_without_a_reason_is_refused_and_nothing_is_kept_or_lost(
    client, draft, initiative
) -> None:
    form = {
        "capability-verdict": "no",
        "capability-title": "",
        "fit_of_design-verdict": "yes",
        "fit_of_design-title": "It pays for what firms do not do alone",
    }
    page = unescape(client.post(url(draft, initiative), form).content.decode())
    assert "Say why: the reason for this answer." in page
    assert "It pays for what firms do not do alone" in page
    assert answers(draft) == {}


def test_an_emptied_answer_is_taken_out(draft, initiative) -> None:
    save(draft, initiative, capability=Given("yes", "They did it before"))
    save(draft, initiative, capability=Given())
    assert answers(draft) == {}


def test_two_at_the_same_tests_do_not_undo_each_other(client, draft, initiative) -> None:
    began = hidden(client.get(url(draft, initiative)).content.decode())
    save(draft, initiative, capability=Given("yes", "They did it before"))
    mine = {"started": began, "fit_of_design-verdict": "yes", "fit_of_design-title": "It fits"}
    assert client.post(url(draft, initiative), mine).status_code == 302
    assert answers(draft) == {"capability": "yes", "fit_of_design": "yes"}
    clash = {"started": began, "capability-verdict": "no", "capability-title": "They failed"}
    raw = client.post(url(draft, initiative), clash).content.decode()
    page = unescape(raw)
    assert "It says “They did it before” by now" in page
    assert "They failed" in page
    assert "It fits" in page  # what others wrote is shown where nothing was typed
    again = clash | {"started": hidden(raw)}
    again |= {"fit_of_design-verdict": "yes", "fit_of_design-title": "It fits"}
    assert client.post(url(draft, initiative), again).status_code == 302
    assert answers(draft) == {"capability": "no", "fit_of_design": "yes"}


def test_answers_are_told_by_their_question_and_changed_in_a_revision(draft, initiative) -> None:
    save(draft, initiative, capability=Given("no", "Nobody is trained", "It is urgent"))
    plan = make_content.adopted(draft)
    second = make.revision_of(plan)
    save(second, initiative, capability=Given("yes", "They are trained now"))
    reading = changes.in_words(second)
    question = "Answer “More patrols: institutional capability”"
    assert {tags.sentence(line, reading) for line in reading.execution} == {
        f"{question}, answer: no → yes",
        f"{question}, reason: Nobody is trained → They are trained now",
        f"{question}, why it goes ahead all the same: It is urgent → none",
    }
    assert second.changes.get(field="verdict").before == "no"


def test_two_drafts_that_answer_the_same_question_are_seen_to_clash(draft, initiative) -> None:
    plan = make_content.adopted(draft)
    first, second = make.revision_of(plan), make.revision_of(plan)
    save(first, initiative, capability=Given("yes", "They did it before"))
    save(second, initiative, capability=Given("no", "They never did"))
    first.changes.update(reason="Seen")
    make.adopt(first)
    second.refresh_from_db()
    assert {each.change.field for each in changes.stale(second)} >= {"verdict"}


def gaps(draft) -> dict[str, bool]:
    return {gap.code: gap.blocks for gap in gate.missing(draft, approved=True)}


def test_open_tests_warn_by_default_and_block_where_the_programme_says_so(
    client, draft, initiative
) -> None:
    assert gaps(draft)["tests_open"] is False
    page = client.get(reverse("reviews:plan_gate", args=[draft.plan_id])).content.decode()
    assert "Not answered yet: market failure" in page
    programme = draft.plan.lab.area.programme
    ProgrammeSettings.objects.update_or_create(programme=programme, defaults={"tests": "block"})
    assert gaps(draft)["tests_open"] is True
    with pytest.raises(gate_services.Incomplete):
        gate_services.require_complete(draft)


def test_an_override_with_a_reason_lets_a_no_pass(draft, initiative) -> None:
    programme = draft.plan.lab.area.programme
    ProgrammeSettings.objects.update_or_create(programme=programme, defaults={"tests": "block"})
    yes = Given("yes", "It does")
    rest = {"market_failure": yes, "coverage_known": yes, "provider_named": yes, "capability": yes}
    save(draft, initiative, fit_of_design=Given("no", "It is too broad"), **rest)
    assert gaps(draft)["tests_failed"] is True
    save(draft, initiative, fit_of_design=Given("no", "It is too broad", "It is a first trial"))
    assert "tests_failed" not in gaps(draft)
    assert "tests_open" not in gaps(draft)


def test_a_failed_capability_and_a_missing_promise_only_warn(draft, initiative) -> None:
    programme = draft.plan.lab.area.programme
    ProgrammeSettings.objects.update_or_create(programme=programme, defaults={"tests": "block"})
    make_content.change(draft, "initiative", initiative, intervention="market")
    save(draft, initiative, capability=Given("no", "Nobody is trained", "It is urgent"))
    assert (gaps(draft)["build_up"], gaps(draft)["no_reciprocity"]) == (False, False)
    step = make_content.milestone_of(draft)
    make_content.change(draft, "milestone", step, purpose="build_up")
    make_content.promise(draft)
    assert not {"build_up", "no_reciprocity"} & set(gaps(draft))

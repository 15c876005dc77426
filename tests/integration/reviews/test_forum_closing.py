"""A forum is closed on a page that says before what passes on; forums of areas change."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forums.models import Forum, Meeting
from forums.selectors import meetings as meeting_selectors
from forums.services import cycles, forums
from ledger.models import Notice
from tests.factories import disputes
from tests.factories.forums import AT, SYSTEM, core, held_post, make_forum, person_in, put
from tests.factories.people import delivery_unit, ministry_officer

pytestmark = pytest.mark.django_db
BACK = "people.backends.SignIn"


@pytest.fixture(autouse=True)
def _business_time(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


@pytest.fixture
def unit(client):
    client.force_login(delivery_unit(), BACK)
    return client


def test_the_page_counts_what_passes_on_and_closing_does_it(unit) -> None:
    dispute = disputes.open_dispute(title="Zirconium for all")
    forum, heir = dispute.tiers.get(number=1).forum, make_forum("Heir")
    cycles.begin(forum=forum, rhythm="monthly", first_on=AT.date(), by=SYSTEM, at=AT)
    url = reverse("reviews:forum_close", args=[forum.pk])
    page = unit.get(url)
    estate = page.context["estate"]
    assert (estate.disputes, estate.areas) == (1, [dispute.area])
    assert estate.meetings
    assert "Zirconium" not in page.content.decode()
    answer = unit.post(url, {"successor": heir.pk, "reason": "Merged with the heir"})
    assert answer.status_code == 302
    forum.refresh_from_db()
    assert (forum.closed_on, forum.successor) == (AT.date(), heir)
    dropped = Meeting.objects.filter(forum=forum)
    assert {(each.state, each.state_reason) for each in dropped} == {
        ("cancelled", "Merged with the heir")
    }
    around = {str(person_in(post).pk) for post in (forum.chair, core(heir)[0])}
    told = Notice.objects.filter(event__verb="forum.closed").values_list("recipient", flat=True)
    assert len(around & {each.rpartition(":")[2] for each in told}) == 2
    unit.force_login(person_in(heir.chair), BACK)
    agenda = unit.get(reverse("reviews:agenda", args=[heir.pk])).content.decode()
    assert "Zirconium" in agenda


def test_above_a_closed_parent_sits_its_successor(unit) -> None:
    top = make_forum("Top")
    gone, heir = make_forum("Gone", parent=top), make_forum("Heir", parent=top)
    forum = make_forum("Below", parent=gone)
    forums.close(forum=gone, successor=heir, by=SYSTEM, at=AT)
    page = unit.get(reverse("forums:forum", args=[forum.pk]))
    assert page.context["above"] == heir
    assert forum in unit.get(reverse("forums:forum", args=[heir.pk])).context["children"]
    form = unit.get(reverse("forums:change", args=[forum.pk])).context["form"]
    sent = {name: value for name in form.fields if (value := form[name].value()) is not None}
    changed = unit.post(
        reverse("forums:change", args=[forum.pk]), sent | {"time_zone": "Asia/Kuala_Lumpur"}
    )
    assert changed.status_code == 302
    forum.refresh_from_db()
    assert (forum.parent, forum.time_zone) == (gone, "Asia/Kuala_Lumpur"), "the ladder is not cut"
    closed = unit.post(reverse("reviews:forum_close", args=[forum.pk]), {"reason": "Merged"})
    assert closed.status_code == 302
    forum.refresh_from_db()
    assert forum.successor == heir


def test_motions_are_decided_first(unit) -> None:
    forum = make_forum()
    put(forum)
    url = reverse("reviews:forum_close", args=[forum.pk])
    assert not unit.get(url).context["estate"].may_close
    assert unit.post(url, {"reason": "Enough"}).status_code == 200
    assert Forum.objects.get(pk=forum.pk).closed_on is None


def test_a_closed_forum_is_not_closed_again(unit) -> None:
    forum = make_forum(parent=make_forum("Above"))
    forums.close(forum=forum, successor=None, by=SYSTEM, at=AT)
    assert unit.get(reverse("reviews:forum_close", args=[forum.pk])).status_code == 404


def test_others_may_not_close(client) -> None:
    forum = make_forum()
    for user in (person_in(forum.chair), ministry_officer()):
        client.force_login(user, BACK)
        assert client.get(reverse("reviews:forum_close", args=[forum.pk])).status_code == 403


def test_a_forum_meets_by_the_clock_of_its_own_zone(unit) -> None:
    post = held_post("Governor")
    given = {
        "name": "Tokyo desk",
        "purpose": "common",
        "chair": post.pk,
        "quorum": 1,
        "response_days": 10,
        "minimum_stay_days": 5,
        "meets_every_days": 30,
    }
    url = reverse("forums:new")
    refused = unit.post(url, {**given, "time_zone": "Asia/Edo"})
    assert "time_zone" in refused.context["form"].errors
    assert unit.post(url, {**given, "time_zone": "Asia/Tokyo"}).status_code == 302
    forum = Forum.objects.get(name="Tokyo desk")
    assert meeting_selectors.zone(forum).key == "Asia/Tokyo"
    with pytest.raises(forums.UnknownTimeZone):
        forums.change(forum=forum, time_zone="Asia/Edo", by=SYSTEM, at=AT)


def test_an_area_sends_conflicts_to_a_forum_for_conflicts_only(unit) -> None:
    area = disputes.make_area()
    common, conflict = make_forum("Common"), make_forum("Fights", purpose="conflict")
    url = reverse("labs:area_forums", args=[area.programme.code, area.pk])
    form = unit.get(url).context["form"]
    assert list(form.fields["conflict_forum"].queryset) == [conflict]
    given = {"home_forum": area.home_forum_id}
    assert unit.post(url, {**given, "conflict_forum": common.pk}).status_code == 200
    assert unit.post(url, {**given, "conflict_forum": conflict.pk}).status_code == 302
    area.refresh_from_db()
    assert area.conflict_forum == conflict
    assert (
        conflict.name
        in unit.get(reverse("labs:programme", args=[area.programme.code])).content.decode()
    )

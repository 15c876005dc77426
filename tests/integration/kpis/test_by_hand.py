"""What people decide by hand: a status until the next value, and where a baseline starts."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import Baseline, HandStatus
from kpis.rules import by_hand
from kpis.selectors import hand_statuses as shown_statuses
from kpis.services import baselines, detection, hand_statuses
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db
WHEN = {"by": make.BY, "at": make.AT}


@pytest.fixture
def unit(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


@pytest.fixture
def kpi():
    """Off track: 90 where 200 was asked."""
    made = make.kpi(owner=people.post_of(people.ministry_officer()), name="Cases solved")
    make.target(make.total(made), "2018", "200", baseline="100")
    make.reading(make.total(made), "2018", "90")
    detection.detect(at=make.AT)
    return made


def by_hand_on(series, status="at_risk", reason="A strike, over now", **fields) -> HandStatus:
    given = {**WHEN, **fields}
    return hand_statuses.set(series=series, status=status, reason=reason, **given)


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


# Which status is shown


@pytest.mark.parametrize(
    ("worked_out", "hand", "word"),
    [
        ("off_track", "on_track", "on_track"),
        ("off_track", None, "off_track"),
        ("not_due", "at_risk", "at_risk"),
        ("missing", "off_track", "off_track"),
        ("missing", "on_track", "missing"),  # fact 10
    ],
)
def test_status_by_hand_stands_in_but_never_says_that_missing_data_is_on_track(
    client, worked_out, hand, word
):
    assert by_hand.shown(worked_out, hand) == word
    made = make.kpi()
    detection.detect(at=make.AT)
    series = make.total(made)
    type(series.status).objects.filter(series=series).update(status=worked_out)
    if hand:
        by_hand_on(series, hand)
    user = people.delivery_unit()
    listed = shown_in_list(client, user, made)
    assert listed == word


def shown_in_list(client, user, kpi) -> str:
    client.force_login(user)
    url = reverse("kpis:index")
    return client.get(f"{url}?programme={kpi.area.programme.code}").context["rows"][0].status


# The page


def test_status_is_set_with_a_reason_and_shown_everywhere_as_by_hand(client, unit, kpi):
    url = reverse("kpis:kpi_status", args=[kpi.code])
    assert client.post(url, {"status": "on_track", "reason": ""}).context["form"].errors["reason"]
    assert client.post(url, {"status": "missing", "reason": "x"}).context["form"].errors["status"]
    assert not HandStatus.objects.exists()
    response = client.post(url, {"status": "at_risk", "reason": "A strike, over now"})
    assert response.url == reverse("kpis:kpi", args=[kpi.code])
    made = HandStatus.objects.get()
    assert (made.status, made.by_user, made.lapsed_at) == ("at_risk", unit, None)
    page = client.get(response.url).text
    assert "The status was set by hand: at risk." in page
    assert "The rules say: off track." in page
    programme = kpi.area.programme.code
    for listing in (reverse("kpis:index"), reverse("reviews:board")):
        text = client.get(f"{listing}?programme={programme}").text
        assert "By hand" in text
        assert "A strike, over now" in text
        assert unit.name in text


def test_list_is_filtered_by_the_status_that_is_shown(client, unit, kpi):
    by_hand_on(make.total(kpi), "on_track")
    url = reverse("kpis:index") + f"?programme={kpi.area.programme.code}&status="
    assert "Cases solved" in client.get(url + "on_track").text
    assert "Cases solved" not in client.get(url + "off_track").text


def test_status_by_hand_lapses_at_the_next_value(client, unit, kpi):
    by_hand_on(make.total(kpi))
    make.reading(make.total(kpi), "2017", "95")
    assert HandStatus.objects.get().lapsed_at == make.AT
    assert "set by hand" not in client.get(reverse("kpis:kpi", args=[kpi.code])).text
    assert "Lapsed" in client.get(reverse("kpis:kpi_status", args=[kpi.code])).text


def test_another_status_by_hand_takes_the_place_of_the_first(kpi):
    first = by_hand_on(make.total(kpi))
    second = by_hand_on(make.total(kpi), "on_track")
    first.refresh_from_db()
    assert first.lapsed_at == make.AT
    standing = shown_statuses.standing_of([make.total(kpi).pk])
    assert list(standing.values()) == [second]


def test_status_is_taken_back_with_a_reason_and_an_event(client, unit, kpi):
    by_hand_on(make.total(kpi))
    url = reverse("kpis:kpi_status_back", args=[kpi.code])
    assert client.post(url, {"reason": ""}).context["form"].errors["reason"]
    assert client.post(url, {"reason": "It was no strike"}).status_code == 302
    assert HandStatus.objects.get().lapsed_at is not None
    event = Event.objects.get(verb="status.taken_back")
    assert event.texts.get().text == "It was no strike"
    # Nothing is left to take back.
    assert client.get(url).url == reverse("kpis:kpi_status", args=[kpi.code])


def test_status_taken_back_by_two_at_once_is_taken_back_once(kpi):
    hand = by_hand_on(make.total(kpi))
    hand_statuses.take_back(hand=hand, reason="One", **WHEN)
    with pytest.raises(hand_statuses.HandStatusRefused):
        hand_statuses.take_back(hand=hand, reason="Two", **WHEN)
    assert Event.objects.filter(verb="status.taken_back").count() == 1


def test_status_of_a_part_is_its_own(client, unit, kpi):
    part = make.cell(kpi, "region=north")
    url = reverse("kpis:kpi_status", args=[kpi.code]) + "?cell=region%3Dnorth"
    assert client.post(url, {"status": "off_track", "reason": "Floods"}).status_code == 302
    assert HandStatus.objects.get().series == part
    text = client.get(reverse("kpis:kpi", args=[kpi.code])).text
    assert "Floods" in text
    assert "The status was set by hand" not in text


def test_owner_and_others_read_statuses_by_hand_and_set_none(client, kpi):
    owner = kpi.owner.appointments.get().user
    url = reverse("kpis:kpi_status", args=[kpi.code])
    for user in (owner, people.auditor()):
        client.force_login(user)
        assert "Show this status" not in client.get(url).text
        assert client.post(url, {"status": "on_track", "reason": "Mine"}).status_code == 403
    # Fact 9: not even as a member of the delivery unit, for what one owns.
    people.RoleGrantFactory(user=owner)
    client.force_login(owner)
    assert client.post(url, {"status": "on_track", "reason": "Mine"}).status_code == 403
    assert not HandStatus.objects.exists()


@pytest.mark.parametrize("listing", ["kpis:index", "reviews:board"])
def test_lists_ask_no_more_for_more_statuses_by_hand(client, unit, kpi, listing):
    by_hand_on(make.total(kpi), by=people.actor(unit))
    others = [make.kpi(kpi.area) for _n in range(4)]
    detection.detect(at=make.AT)
    url = f"{reverse(listing)}?programme={kpi.area.programme.code}"
    before = queries(client, url)
    for other in others:
        by_hand_on(make.total(other), by=people.actor(unit))
    assert queries(client, url) == before


# Baselines of the control chart


@pytest.fixture
def charted():
    """Ten years at about 50, then five at about 80."""
    made = make.kpi(name="Cases solved")
    values = ["50", "52", "49", "51", "53", "50", "48", "52", "51", "49"]
    make.history(make.total(made), "2004-01-01", [*values, "80", "82", "79", "81", "80"])
    return made


def test_baseline_starts_with_a_period_and_the_chart_shows_both_groups(client, unit, charted):
    url = reverse("kpis:kpi_baselines", args=[charted.code])
    fields = {"period": "2014", "reason": "Cases are counted online"}
    assert client.post(url, {**fields, "reason": ""}).context["form"].errors["reason"]
    assert client.post(url, {**fields, "period": "soon"}).context["form"].errors["period"]
    assert client.post(url, {**fields, "period": "2030"}).context["form"].errors["period"]
    assert client.post(url, fields).status_code == 302
    made = Baseline.objects.get()
    assert (made.starts_on, made.by_user) == (datetime.date(2014, 1, 1), unit)
    new, old = client.get(url).context["groups"]
    assert (old.points, new.points) == (10, 5)
    assert (round(old.mean, 1), round(new.mean, 1)) == (50.5, 80.4)
    assert Event.objects.get(verb="baseline.started").data["starts_on"] == "2014-01-01"
    page = client.get(reverse("kpis:kpi", args=[charted.code])).text
    assert "Fewer than 13 values in this baseline: the limits are provisional." in page
    # Once is enough.
    assert "starts with this period already" in client.post(url, fields).text


def test_baseline_on_a_day_on_which_no_period_starts_is_refused(charted):
    with pytest.raises(baselines.BaselineRefused) as refused:
        baselines.rebase(
            series=make.total(charted), starts_on=datetime.date(2014, 3, 1), reason="x", **WHEN
        )
    assert "1 January 2014" in str(refused.value.fields["period"])


def test_withdrawn_baseline_no_longer_counts_and_stays_on_record(client, unit, charted):
    made = baselines.rebase(
        series=make.total(charted), starts_on=datetime.date(2014, 1, 1), reason="Online", **WHEN
    )
    url = reverse("kpis:baseline_withdraw", args=[charted.code, made.pk])
    assert client.post(url, {"reason": ""}).context["form"].errors["reason"]
    assert client.post(url, {"reason": "It was a pilot"}).status_code == 302
    page = client.get(reverse("kpis:kpi_baselines", args=[charted.code]))
    assert [group.points for group in page.context["groups"]] == [15]
    assert "It was a pilot" in page.text
    assert client.get(url).status_code == 404


def test_detection_looks_at_the_series_again_after_a_new_baseline(charted):
    detection.detect(at=make.AT)
    series = make.total(charted)
    baselines.rebase(series=series, starts_on=datetime.date(2014, 1, 1), reason="Online", **WHEN)
    series.refresh_from_db()
    assert series.changed_at is not None
    assert series.changed_from <= datetime.date(2014, 1, 1)


def test_locked_limits_are_shown_and_no_longer_move(client, unit, charted):
    made = baselines.rebase(
        series=make.total(charted), starts_on=datetime.date(2004, 1, 1), reason="First", **WHEN
    )
    Baseline.objects.filter(pk=made.pk).update(
        locked_at=make.AT, locked_points=10, mean=50.5, lower=45.0, upper=56.0
    )
    page = client.get(reverse("kpis:kpi_baselines", args=[charted.code]))
    (group,) = page.context["groups"]
    assert (group.mean, group.lower, group.upper, group.is_locked) == (50.5, 45.0, 56.0, True)
    assert page.context["history"].rows[0].limits.outside
    assert "Limits locked" in page.text
    text = client.get(reverse("kpis:kpi", args=[charted.code])).text
    assert "The limits are locked: later values no longer move them." in text


def test_only_the_delivery_unit_starts_a_baseline(client, charted):
    url = reverse("kpis:kpi_baselines", args=[charted.code])
    client.force_login(people.auditor())
    assert "Start the baseline" not in client.get(url).text
    assert client.post(url, {"period": "2014", "reason": "x"}).status_code == 403


def test_baselines_page_asks_no_more_for_more_baselines(client, unit, charted):
    url = reverse("kpis:kpi_baselines", args=[charted.code])
    by = people.actor(unit)

    def start(year: int) -> None:
        baselines.rebase(
            series=make.total(charted),
            starts_on=datetime.date(year, 1, 1),
            reason="New",
            by=by,
            at=make.AT,
        )

    start(2008)
    before = queries(client, url)
    start(2011)
    start(2014)
    assert queries(client, url) == before


def test_api_says_what_is_shown_and_what_the_rules_say(client, unit, kpi):
    by_hand_on(make.total(kpi), "on_track")
    (row,) = client.get(f"/api/v1/kpis/?code={kpi.code}").json()["results"]
    told = [row[name] for name in ("status", "status_worked_out", "status_by_hand")]
    assert told == ["on_track", "off_track", "on_track"]

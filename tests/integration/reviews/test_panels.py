"""External validation: outsiders only, scores side by side, frozen with the report."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kpis.models import Kpi
from kpis.services import readings
from ledger.models import Event, Notice
from ledger.rules.recipients import recipient
from people.services import roles
from reviews.models import Panel, Validation
from reviews.selectors import panels as selectors
from reviews.selectors import reported
from reviews.services import panels
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import actor, holder, outsider
from tests.factories.referrals import panel as make_panel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def draft(in_force) -> make.Draft:
    """A plan in force whose KPI is to fall from 100 to 50 and stood at 75 in 2018."""
    made = in_force
    make_kpis.reading(made.series, "2018", "75")
    return made


def score(panel: Panel, kpi: Kpi, user, validated="42", reason="Counted anew") -> Validation:
    return panels.score(
        panel=panel,
        kpi=kpi,
        validated=None if validated is None else Decimal(validated),
        reason=reason,
        by=actor(user),
        at=make.AT,
    )


class TestSeats:
    def test_nobody_inside_the_programme_gets_one(self, draft):
        panel = make_panel(draft.place)
        colleague = person_in(held_post("Officer", draft.place.ministry))
        of_the_lead = person_in(held_post("Clerk", draft.place.area.lead))
        verifies = person_in(draft.place.verifier)
        for user in (draft.place.unit, colleague, of_the_lead, verifies, draft.place.owner_user):
            with pytest.raises(panels.NotOutside):
                panels.seat(panel=panel, user=user, organisation="A firm", by=actor(), at=make.AT)

    def test_a_person_has_one_seat_and_comes_from_somewhere(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        with pytest.raises(panels.SeatedAlready):
            panels.seat(panel=panel, user=member, organisation="A firm", by=actor(), at=make.AT)
        with pytest.raises(panels.BadSeat):
            panels.seat(panel=panel, user=outsider(), organisation=" ", by=actor(), at=make.AT)

    def test_who_moved_inside_since_scores_no_more(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        roles.grant(user=member, role="delivery_unit", by=actor(), at=make.AT)
        with pytest.raises(panels.NotOutside):
            score(panel, draft.kpi, member)

    def test_an_ended_seat_scores_no_more_and_its_scores_stay(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        score(panel, draft.kpi, member)
        panels.unseat(seat=panel.seats.get(), by=actor(), at=make.AT)
        with pytest.raises(panels.NotSeated):
            score(panel, draft.kpi, member)
        assert Validation.objects.count() == 1


class TestScores:
    def test_what_was_reported_is_frozen_with_the_score(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        made = score(panel, draft.kpi, member)
        assert (made.reported, made.validated) == (Decimal("50.00"), Decimal(42))
        readings.correct(
            reading=draft.series.readings.get(),
            observation=make_kpis.number("60"),
            reason="Counted twice",
            by=actor(),
            at=make.AT,
        )
        line = selectors.line(panel, draft.kpi)
        assert (line.reported, line.score_now) == (Decimal("50.00"), Decimal("80.00"))
        assert line.compared.verdict == "over"
        assert line.compared.points == Decimal(8)

    def test_the_newest_score_counts_and_none_is_lost(self, draft):
        member, other = outsider(), outsider()
        panel = make_panel(draft.place, member, other)
        score(panel, draft.kpi, member, "42")
        score(panel, draft.kpi, other, None, "Files were missing")
        assert selectors.line(panel, draft.kpi).compared.verdict == "not_validated"
        assert Validation.objects.count() == 2

    def test_a_score_needs_a_reason_and_a_kpi_of_the_programme(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        with pytest.raises(panels.BadScore):
            score(panel, draft.kpi, member, reason=" ")
        elsewhere = make_kpis.kpi()
        with pytest.raises(panels.BadScore):
            score(panel, elsewhere, member)
        with pytest.raises(panels.NotSeated):
            score(panel, draft.kpi, outsider())

    def test_only_the_span_counts_and_a_bound_makes_no_score(self, draft):
        span = (make.BEFORE.date().replace(year=2016), make.BEFORE.date().replace(year=2017))
        (nothing,) = reported.of([draft.kpi.pk], *span).values()
        assert nothing.reading is None
        bound = make.in_force()
        make_kpis.reading(bound.series, "2018", make_kpis.number("75", "<"))
        year = (make.BEFORE.date().replace(month=1, day=1), make.ON.replace(month=1, day=1))
        (found,) = reported.of([bound.kpi.pk], *year).values()
        assert (found.reading is not None, found.score) == (True, None)


class TestReport:
    def test_with_it_scores_stay_and_those_who_answer_are_told(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        with pytest.raises(panels.NothingScored):
            panels.report(panel=panel, text="Fine.", by=actor(member), at=make.AT)
        score(panel, draft.kpi, member)
        with pytest.raises(panels.NotSeated):
            panels.report(panel=panel, text="Fine.", by=actor(draft.place.unit), at=make.AT)
        with pytest.raises(panels.NeedsReport):
            panels.report(panel=panel, text=" ", by=actor(member), at=make.AT)
        panels.report(panel=panel, text="Too rosy.", by=actor(member), at=make.AT)
        with pytest.raises(panels.HasReported):
            score(panel, draft.kpi, member)
        with pytest.raises(panels.HasReported):
            panels.report(panel=panel, text="Again", by=actor(member), at=make.AT)
        event = Event.objects.get(verb="panel.reported")
        told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
        assert told >= {recipient(draft.place.owner_user.pk), recipient(draft.place.unit.pk)}


class TestPages:
    def test_the_delivery_unit_convenes_and_seats(self, draft, client: Client):
        client.force_login(draft.place.owner_user)
        assert client.get("/panels/new/").status_code == 403
        client.force_login(draft.place.unit)
        sent = {
            "programme": draft.place.programme.pk,
            "name": "International panel",
            "starts_on": "2018-12-31",
            "ends_on": "2018-01-01",
        }
        assert client.post("/panels/new/", sent).context["form"].errors["ends_on"]
        sent |= {"starts_on": "2018-01-01", "ends_on": "2018-12-31"}
        assert client.post("/panels/new/", sent).status_code == 302
        panel = Panel.objects.get()
        seats = f"/panels/{panel.pk}/seats/new/"
        inside = {"user": draft.place.owner_user.pk, "organisation": "A firm"}
        assert "from outside" in client.post(seats, inside).content.decode()
        assert client.post(seats, inside | {"user": outsider().pk}).status_code == 302
        end = f"/panels/seats/{panel.seats.get().pk}/end/"
        assert client.post(end).status_code == 302
        assert panel.seats.get().ended_at is not None

    def test_a_member_reads_scores_and_reports_without_being_a_reader(self, draft, client):
        member = outsider()
        panel = make_panel(draft.place, member)
        client.force_login(member)
        assert client.get(f"/kpis/{draft.kpi.code}/").status_code == 404
        desk = client.get("/desk/").content.decode()
        assert "1 KPI is not scored yet" in desk
        page = client.get(f"/panels/{panel.pk}/").content.decode()
        assert draft.kpi.name in page
        url = f"/panels/{panel.pk}/score/{draft.kpi.code}/"
        assert "50" in client.get(url).content.decode()
        kept = client.post(url, {"validated": "42", "reason": ""})
        assert kept.status_code == 200
        assert client.post(url, {"validated": "42", "reason": "Counted anew"}).status_code == 302
        assert "hand in the report" in client.get("/desk/").content.decode()
        file = SimpleUploadedFile("report.pdf", b"%PDF-1.7 report")
        sent = {"report": "Too rosy.", "file": file}
        assert client.post(f"/panels/{panel.pk}/report/", sent).status_code == 302
        assert client.get(url).status_code == 403
        shown = client.get(f"/panels/{panel.pk}/").content.decode()
        for words in ("Reported too high", "Too rosy.", "report.pdf", "Counted anew"):
            assert words in shown
        assert client.get(f"/panels/{panel.pk}/report/file/").status_code == 200
        assert "To validate from outside" not in client.get("/desk/").content.decode()
        client.force_login(draft.place.owner_user)
        kpi = client.get(f"/kpis/{draft.kpi.code}/").content.decode()
        assert "validated from outside, 42.00 per cent of the target" in kpi
        assert "(reported 50.00)" in kpi

    def test_nobody_else_scores_reports_or_reads(self, draft, client):
        panel = make_panel(draft.place)
        score_url = f"/panels/{panel.pk}/score/{draft.kpi.code}/"
        for user, page, act in (
            (draft.place.owner_user, 200, 403),
            (draft.place.unit, 200, 403),
            (outsider(), 404, 404),
        ):
            client.force_login(user)
            assert client.get(f"/panels/{panel.pk}/").status_code == page
            assert client.get(score_url).status_code == act
            assert client.get(f"/panels/{panel.pk}/report/").status_code == act
            seats = client.get(f"/panels/{panel.pk}/seats/new/").status_code
            assert seats == (200 if user == draft.place.unit else act)

    def test_a_restricted_kpi_is_counted_for_a_member_and_not_named(self, draft, client):
        member = outsider()
        panel = make_panel(draft.place, member)
        draft.kpi.restricted_to.add(draft.place.steering)
        client.force_login(member)
        page = client.get(f"/panels/{panel.pk}/").content.decode()
        assert draft.kpi.name not in page
        assert "1 restricted KPI is not shown" in page
        assert draft.kpi.code not in client.get(f"/panels/{panel.pk}/table.csv").content.decode()
        url = f"/panels/{panel.pk}/score/{draft.kpi.code}/"
        assert client.get(url).status_code == 404

    def test_the_table_is_csv_without_formulas(self, draft, client):
        member = outsider()
        panel = make_panel(draft.place, member)
        score(panel, draft.kpi, member, "42", "=1+1")
        client.force_login(draft.place.owner_user)
        text = client.get(f"/panels/{panel.pk}/table.csv").content.decode()
        (row,) = list(csv.DictReader(io.StringIO(text)))
        assert (row["reported"], row["validated"], row["difference"]) == ("50.00", "42.00", "8.00")
        assert row["reason"] == "'=1+1"

    def test_a_panel_takes_as_many_queries_for_more_kpis(
        self, draft, client, django_assert_max_num_queries
    ):
        member = holder()
        panel = make_panel(draft.place, member)
        client.force_login(member)
        pages = ("/desk/", f"/panels/{panel.pk}/", "/panels/")
        for page in pages:
            client.get(page)
        with django_assert_max_num_queries(200) as few:
            for page in pages:
                client.get(page)
        for number in range(10):
            kpi = make_kpis.kpi(draft.place.area, rules_from="", code=f"more-{number}")
            make_kpis.target(make_kpis.total(kpi), "2018", "50", baseline="100")
            make_kpis.reading(make_kpis.total(kpi), "2018", "75")
        with django_assert_max_num_queries(len(few.captured_queries)):
            for page in pages:
                client.get(page)

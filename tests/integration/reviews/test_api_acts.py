"""What people do over the API: panels that score and report, and time that is declined."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger import wallclock
from people.services import api_clients
from reviews.models import Panel, TimeDeclined, Validation
from reviews.selectors import standing
from reviews.services import extensions
from tests.factories import disputes as factory
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.disputes import by, party
from tests.factories.forums import AT, SYSTEM, person_in
from tests.factories.people import outsider
from tests.factories.referrals import panel as make_panel

pytestmark = pytest.mark.django_db
SCORE = {"validated": "42", "reason": "Counted anew"}


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def by_token(user, *scopes: str) -> APIClient:
    _row, token = api_clients.issue(
        name="Register",
        user=user,
        scopes=scopes,
        expires_at=wallclock.now() + datetime.timedelta(days=1),
        by=SYSTEM,
        at=AT,
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.usefixtures("today")
class TestPanels:
    @pytest.fixture
    def draft(self, in_force) -> make.Draft:
        made = in_force
        make_kpis.reading(made.series, "2018", "75")
        return made

    def url(self, panel: Panel, rest: str = "") -> str:
        return f"/api/v1/panels/{panel.pk}/{rest}"

    def test_readers_see_seats_and_both_scores(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        client = signed_in(draft.place.owner_user)
        (row,) = client.get("/api/v1/panels/").json()["results"]
        assert (row["state"], row["programme"]) == ("open", draft.place.programme.code)
        assert [seat["name"] for seat in row["seats"]] == [member.name]
        before = client.get(self.url(panel, "scores/")).json()
        assert (before["waiting"], before["hidden"]) == (1, 0)
        assert before["scores"][0] | {"reported": "50.00", "validated": None} == before["scores"][0]
        made = signed_in(member).post(self.url(panel, "scores/"), {"kpi": draft.kpi.code, **SCORE})
        assert made.status_code == 201
        (line,) = client.get(self.url(panel, "scores/")).json()["scores"]
        assert line == made.json()
        assert (line["difference"], line["verdict"]) == ("8.00", "over")

    def test_a_member_reports_with_a_file_and_then_scores_stay(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        client = signed_in(member)
        early = client.post(self.url(panel, "report/"), {"report": "Too rosy."})
        assert (early.status_code, early.json()["error"]["code"]) == (409, "nothing_scored")
        client.post(self.url(panel, "scores/"), {"kpi": draft.kpi.code, **SCORE})
        assert client.get(self.url(panel, "report/file/")).status_code == 404
        file = SimpleUploadedFile("report.pdf", b"%PDF-1.7 report")
        sent = {"report": "Too rosy.", "file": file}
        done = client.post(self.url(panel, "report/"), sent, format="multipart")
        assert done.status_code == 201
        assert (done.json()["state"], done.json()["file"]) == ("reported", "report.pdf")
        loaded = client.get(self.url(panel, "report/file/"))
        assert b"".join(loaded.streaming_content).endswith(b"report")
        again = client.post(self.url(panel, "scores/"), {"kpi": draft.kpi.code, **SCORE})
        assert again.status_code == 403

    def test_what_was_sent_wrongly_is_named(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        client = signed_in(member)
        for sent, field in (
            ({"kpi": "nothing", **SCORE}, "kpi"),
            ({"kpi": draft.kpi.code, **SCORE, "reason": " "}, "reason"),
            ({"kpi": draft.kpi.code, "reason": "Lost"}, "validated"),
            ({"kpi": draft.kpi.code, **SCORE, "validated": "much"}, "validated"),
        ):
            answer = client.post(self.url(panel, "scores/"), sent)
            assert answer.status_code == 400
            assert list(answer.json()["error"]["fields"]) == [field]
        assert not Validation.objects.exists()

    def test_a_restricted_kpi_is_counted_and_neither_named_nor_scored(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        draft.kpi.restricted_to.add(draft.place.steering)
        client = signed_in(member)
        shown = client.get(self.url(panel, "scores/")).json()
        assert (shown["hidden"], shown["scores"]) == (1, [])
        answer = client.post(self.url(panel, "scores/"), {"kpi": draft.kpi.code, **SCORE})
        assert answer.status_code == 400

    def test_only_members_write_and_only_readers_see(self, draft):
        panel = make_panel(draft.place)
        sent = {"kpi": draft.kpi.code, **SCORE}
        for user, page, act in (
            (draft.place.owner_user, 200, 403),
            (draft.place.unit, 200, 403),
            (outsider(), 404, 404),
        ):
            client = signed_in(user)
            assert client.get(self.url(panel)).status_code == page
            assert client.post(self.url(panel, "scores/"), sent).status_code == act
            assert client.post(self.url(panel, "report/"), {"report": "x"}).status_code == act

    def test_a_token_needs_the_scope_as_well_as_the_seat(self, draft):
        member = outsider()
        panel = make_panel(draft.place, member)
        sent = {"kpi": draft.kpi.code, **SCORE}
        for scopes, status in ((("read", "readings:write"), 403), (("panels:write",), 201)):
            client = by_token(member, *scopes)
            assert client.post(self.url(panel, "scores/"), sent).status_code == status

    def test_a_list_costs_the_same_for_more_panels(self, draft, django_assert_num_queries):
        client = signed_in(draft.place.owner_user)
        make_panel(draft.place, outsider())
        with CaptureQueriesContext(connection) as few:
            client.get("/api/v1/panels/")
        make_panel(draft.place, outsider(), outsider())
        with django_assert_num_queries(len(few)):
            client.get("/api/v1/panels/")


class TestTimeDeclined:
    @pytest.fixture(autouse=True)
    def _business_time(self, monkeypatch):
        monkeypatch.setattr("config.clock.now", lambda: AT)

    def asked(self):
        dispute = factory.open_dispute()
        mine = party(dispute)
        return extensions.ask(
            dispute=dispute, party=mine, days=2, reason="Census", by=by(mine), at=AT
        )

    def chair(self, request):
        return person_in(standing.tier_of(request.party.dispute).chair)

    def test_by_whoever_presides_with_a_reason_once(self):
        request = self.asked()
        client = signed_in(self.chair(request))
        (row,) = client.get("/api/v1/disputes/").json()["results"]
        (shown,) = row["parties"][0]["time_asked"]
        assert (shown["id"], shown["days"], shown["declined"]) == (request.pk, 2, None)
        url = f"/api/v1/time-asked/{shown['id']}/decline/"
        empty = client.post(url, {"reason": " "})
        assert list(empty.json()["error"]["fields"]) == ["reason"]
        done = client.post(url, {"reason": "The census is public"})
        assert done.status_code == 201
        assert done.json()["declined"]["reason"] == "The census is public"
        declined = TimeDeclined.objects.get()
        assert declined.by_post == standing.tier_of(request.party.dispute).chair
        again = client.post(url, {"reason": "x"})
        assert (again.status_code, again.json()["error"]["code"]) == (
            409,
            "time_asked_not_waiting",
        )

    def test_nobody_else_declines_and_who_does_not_read_it_finds_nothing(self):
        request = self.asked()
        url = f"/api/v1/time-asked/{request.pk}/decline/"
        for user, status in ((person_in(request.by_post), 403), (outsider(), 404)):
            assert signed_in(user).post(url, {"reason": "x"}).status_code == status
        assert not TimeDeclined.objects.exists()

    def test_a_token_needs_the_scope(self):
        request = self.asked()
        url = f"/api/v1/time-asked/{request.pk}/decline/"
        for scope, status in (("readings:write", 403), ("disputes:write", 201)):
            client = by_token(self.chair(request), scope)
            assert client.post(url, {"reason": "Public"}).status_code == status

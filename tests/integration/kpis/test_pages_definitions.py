"""Pages of definitions: all that a KPI can be, what a new version changed, its breakdown."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import Kpi, Member, Series
from kpis.selectors import kpis as selectors
from kpis.services import kpis
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import labs, people

pytestmark = pytest.mark.django_db
BY = {"by": make.BY, "at": make.AT}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def unit(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


@pytest.fixture
def area():
    return labs.AreaFactory()


def fields_of(form) -> dict[str, str]:
    """What the browser would post of a form as it is shown."""
    found = {}
    for field in [*form, *(each for row in form.components.forms for each in row)]:
        value = field.value()
        if value not in (None, False):
            found[field.html_name] = str(value)
    return found


def posted(client, **fields):
    url = reverse("kpis:kpi_new")
    given = fields_of(client.get(url).context["form"]) | {"name": "Crime", "code": "crime"}
    return client.post(url, given | {"direction": "decrease"} | fields)


def text_of(response) -> str:
    return " ".join(response.text.split())


# A new KPI


def test_few_answers_make_a_kpi_with_sensible_settings(client, unit, area):
    assert posted(client, area=area.pk, kind="count", unit="cases").status_code == 302
    found = selectors.definition_of(Kpi.objects.get())
    assert (found.kind, found.over_periods, found.over_parts) == ("count", "sum", "")
    assert (found.level, found.frequency, found.scale) == ("outcome", "yearly", 1)


@pytest.mark.parametrize(
    ("kind", "unit_of_it"),
    [("percentage", "%"), ("rank", "place"), ("milestone", "done / not done")],
)
def test_unit_follows_where_the_kind_says_it(client, unit, area, kind, unit_of_it):
    posted(client, area=area.pk, kind=kind, unit="", scale="100")
    found = selectors.definition_of(Kpi.objects.get())
    assert (found.unit, found.scale) == (unit_of_it, 1), "only a ratio has a scale"


def test_number_needs_a_unit_and_a_wrong_way_is_said_in_its_group(client, unit, area):
    response = posted(client, area=area.pk, unit="", over_periods="ratio_of_sums")
    assert response.context["form"].errors["unit"]
    response = posted(client, area=area.pk, unit="cases", over_periods="ratio_of_sums")
    assert "cannot be put together like this over periods" in response.text
    folded = {str(group.title): group.folded for group in response.context["form"].groups()}
    assert folded["How values are put together: years, and parts of a breakdown"] is False
    assert folded["A composite of other KPIs"] is True
    assert not Kpi.objects.exists()


def test_composite_and_pair_are_named_by_code_or_name(client, unit, area):
    roads, rails = make.kpi(area, name="Roads"), make.kpi(area, name="Rails")
    given = {"component0-kpi": roads.code, "component0-weight": "3", "component1-kpi": "rails"}
    given |= {"composition": "weighted", "quality_pair": roads.code, "unit": "points"}
    assert posted(client, area=area.pk, **given).status_code == 302
    kpi = Kpi.objects.get(code="crime")
    parts = selectors.definition_of(kpi).components.values_list("kpi", "weight")
    assert list(parts) == [(roads.pk, Decimal(3)), (rails.pk, Decimal(1))]
    assert kpi.quality_pair == roads
    page = text_of(client.get(reverse("kpis:kpi", args=[kpi.code])))
    assert "Weighted average of its components" in page
    assert f'<a class="govuk-link" href="/kpis/{roads.code}/">Roads</a> × 3' in page
    assert "Enter a value" not in page, "its value follows from theirs"


def test_unknown_component_is_refused_beside_its_line(client, unit, area):
    response = posted(client, area=area.pk, **{"component0-kpi": "no-such", "unit": "x"})
    assert "There is no such KPI in the programme" in response.text
    response = posted(client, area=area.pk, **{"component0-weight": "3", "unit": "x"})
    assert "Write which KPI this weight is of" in response.text
    assert not Kpi.objects.exists()


# A new version


def test_version_says_in_words_what_it_changed(client, unit, area):
    kpi = make.kpi(area, provisional_days=10)
    part = make.kpi(area, name="Rails")
    url = reverse("kpis:kpi_redefine", args=[kpi.code])
    given = fields_of(client.get(url).context["form"])
    assert given["over_periods"] == "latest"
    assert "Nothing would change" in client.post(url, given | {"reason": "Same"}).text
    given |= {"unit": "arrests", "over_parts": "sum", "provisional_days": "", "reason": "Police"}
    given |= {"composition": "sum", "component0-kpi": part.code, "component0-weight": "0.5"}
    assert client.post(url, given).status_code == 302
    page = text_of(client.get(reverse("kpis:kpi", args=[kpi.code])))
    for words in (
        "Unit: cases → arrests",
        "Over the parts: not added up → sum",
        "May stay provisional: 10 working days → as long as it takes",
        "Components: none → Rails × 0.5",
        "Police",
    ):
        assert words in page


def test_restricted_component_is_counted_and_not_named(client, area):
    secret = make.kpi(area, name="Secret share")
    kpi = make.kpi(area, composition="sum", components=[(secret, Decimal(1))])
    kpis.restrict(kpi=secret, forums=[labs.LabForumFactory()], **BY)
    reader = people.UserFactory()
    area.programme.readers.create(user=reader)
    client.force_login(reader)
    page = text_of(client.get(reverse("kpis:kpi", args=[kpi.code])))
    assert "1 restricted KPI" in page
    assert "Secret share" not in page


def test_panel_says_when_a_kpi_is_not_yet_due_and_leads_to_its_tolerances(client, unit, area):
    kpi = make.kpi(area, effective_from=datetime.date(2020, 1, 1))
    page = text_of(client.get(reverse("kpis:kpi", args=[kpi.code])))
    assert '1 January 2020 <span class="makmal-note">(not yet due)' in page
    assert f'href="{reverse("kpis:kpi_rules", args=[kpi.code])}"' in page


def test_page_of_a_composite_costs_the_same_for_two_and_for_six_components(client, unit, area):
    def cost(count: int) -> int:
        parts = [(make.kpi(area), Decimal(1)) for _ in range(count)]
        kpi = make.kpi(area, composition="sum", components=parts)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("kpis:kpi", args=[kpi.code]))
        return len(queries)

    assert cost(2) == cost(6)


# Breakdown


def labels(kpi) -> list[tuple[str, str]]:
    rows = selectors.series_of(kpi).exclude(cell__key="total")
    return sorted((series.cell.key, series.cell.label) for series in rows)


def test_parts_are_added_from_a_list_with_names_and_days(client, unit, area):
    kpi = make.kpi(area)
    url = reverse("kpis:kpi_parts", args=[kpi.code])
    lines = "north; Northern region; 2018-01-01\nsouth\tSouthern region\t\t2020-12-31\nWest Coast"
    assert client.post(url, {"dimension": "region", "lines": lines}).status_code == 302
    assert labels(kpi) == [
        ("region=north", "Northern region"),
        ("region=south", "Southern region"),
        ("region=west-coast", "West Coast"),
    ]
    north = Member.objects.get(code="north")
    assert (north.starts_on, north.ends_on) == (datetime.date(2018, 1, 1), None)
    page = text_of(client.get(url))
    assert "from 1 January 2018" in page
    assert "until 31 December 2020" in page
    # The same again adds nothing.
    client.post(url, {"dimension": "region", "lines": lines})
    assert Series.objects.filter(definition__kpi=kpi).count() == 4
    assert Event.objects.filter(verb="kpi.broken_down").count() == 1


def test_parts_of_another_kpi_and_organisations_can_be_taken_over(client, unit, area):
    other = make.kpi(area)
    make.cell(other, "region=north")
    make.cell(other, "region=south")
    kpi = make.kpi(area)
    url = reverse("kpis:kpi_parts", args=[kpi.code])
    client.post(url, {"dimension": "region", "known": "on"})
    assert [key for key, _label in labels(kpi)] == ["region=north", "region=south"]
    assert area.lead.name in client.get(url).text
    client.post(url, {"organisations": [area.lead.pk]})
    assert area.lead.name in [label for _key, label in labels(kpi)]


@pytest.mark.parametrize(
    "lines",
    ["a; A; 1 May", "a; A; 2019-02-01; 2019-01-01", "a=b; A", "a; A\na; B", "; B", "a;b;;;c"],
)
def test_lines_that_say_nothing_clear_are_refused_whole(client, unit, area, lines):
    kpi = make.kpi(area)
    url = reverse("kpis:kpi_parts", args=[kpi.code])
    response = client.post(url, {"dimension": "region", "lines": f"good; Good\n{lines}"})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert labels(kpi) == []
    assert client.post(url, {"lines": "north"}).context["form"].errors["dimension"]


def test_part_is_renamed_for_every_kpi_of_the_programme(client, unit, area):
    kpi, other = make.kpi(area), make.kpi(area)
    for each in (kpi, other):
        make.cell(each, "region=north")
        make.cell(each, "region=north;size=small")
    Series.objects.update(changed_at=None)
    url = f"{reverse('kpis:kpi_part', args=[kpi.code])}?cell=region%3Dnorth"
    pk = Member.objects.get(code="north").pk
    response = client.post(url, {f"name{pk}": "The North", f"ends{pk}": "2019-12-31"})
    assert response.url == reverse("kpis:kpi_parts", args=[kpi.code])
    assert labels(other) == [
        ("region=north", "The North"),
        ("region=north;size=small", "The North, small"),
    ]
    assert Series.objects.exclude(changed_at=None).count() == 4, "its days may change what is due"
    wrong = client.post(
        url, {f"name{pk}": "N", f"starts{pk}": "2020-01-01", f"ends{pk}": "2019-01-01"}
    )
    assert "must not come before its first" in wrong.text


def test_breakdown_page_costs_the_same_for_two_and_for_eight_parts(client, unit, area):
    def cost(count: int) -> int:
        kpi = make.kpi(area)
        for number in range(count):
            make.cell(kpi, f"region=r{number}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("kpis:kpi_parts", args=[kpi.code]))
        return len(queries)

    assert cost(2) == cost(8)


def test_readers_see_the_breakdown_and_change_nothing(client, area):
    kpi = make.kpi(area)
    make.cell(kpi, "region=north")
    client.force_login(people.auditor())
    url = reverse("kpis:kpi_parts", args=[kpi.code])
    page = client.get(url)
    assert page.context["form"] is None
    assert client.post(url, {"dimension": "region", "lines": "x"}).status_code == 403
    assert client.get(reverse("kpis:kpi_part", args=[kpi.code])).status_code == 403

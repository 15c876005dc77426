"""The ladder of forums, the programmes and their result areas.

Four tiers, as PEMANDU had them: a working committee per result area, a steering
committee per programme, the Delivery Task Force under the Deputy Prime Minister,
and the Prime Minister. Response days are illustrative.
"""

from __future__ import annotations

from datetime import date, datetime

from demo.cast import OPENING, SYSTEM
from demo.stage import Act, Stage
from forums.models import Forum
from forums.services import forums
from kpis.models import Rule
from kpis.services import rules
from labs.services import areas, programmes
from reviews.services import programmes as opening

MALAYSIA = {"country": "MY", "time_zone": "Asia/Kuala_Lumpur", "currency": "MYR"}
ENGLAND = {"country": "GB-ENG", "time_zone": "Europe/London", "currency": "GBP"}

# result area: organisation that leads, post in the chair
LEADS = {
    "Reducing Crime": ("home", "home_minister"),
    "Fighting Corruption": ("macc", "macc_chief"),
    "Improving Student Outcomes": ("education", "education_minister"),
    "Raising Living Standards of Low-Income Households": ("women", "women_minister"),
    "Improving Rural Basic Infrastructure": ("rural", "rural_minister"),
    "Improving Urban Public Transport": ("transport", "transport_minister"),
    "Programme-wide": ("pmd", "minister_pmd"),
    "Tourism NKEA": ("tourism", "tourism_minister"),
    "Palm Oil and Rubber NKEA": ("plantation", "plantation_minister"),
    "Agriculture NKEA": ("agriculture", "agriculture_minister"),
    "Education NKEA": ("education", "education_minister"),
}
GTP_AREAS = list(LEADS)[:7]
ETP_AREAS = ["Programme-wide", *list(LEADS)[7:10]]
NTP_AREAS = list(LEADS)

EXTRA_MEMBERS = {
    "Tourism NKEA": ["immigration", "transport_rail"],
    "Improving Student Outcomes": ["women_minister"],
}
CABINET = [
    "minister_pmd", "chief_secretary", "tourism_minister", "transport_minister", "home_minister",
    "education_minister",
]  # fmt: skip


def found(stage: Stage) -> None:
    """Create the ladder from the top down, then the programmes of 2009."""
    _forum(stage, "pm", "Prime Minister", None, "pm", ["minister_pmd", "chief_secretary"],
           alternate="dpm", response_days=15, meets=90)  # fmt: skip
    _forum(stage, "dtf", "Delivery Task Force", "pm", "dpm", CABINET,
           alternate="minister_pmd", response_days=10, quorum=3)  # fmt: skip
    for key, name in [
        ("gtp", "Steering committee, Government Transformation Programme"),
        ("etp", "Steering committee, Economic Transformation Programme"),
        ("ntp", "Steering committee, National Transformation Programme"),
    ]:
        _forum(stage, key, name, "dtf", "minister_pmd",
               ["chief_secretary", "unit", "education_minister", "home_minister"],
               alternate="chief_secretary", response_days=10, quorum=3)  # fmt: skip
    _forum(stage, "emergency-steering", "Steering committee, emergency care", "dtf",
           "health_secretary", ["chief_secretary", "minister_pmd", "nhs_chief"],
           alternate="chief_secretary", quorum=2, country="GB-ENG")  # fmt: skip
    for area, (_lead, chair) in LEADS.items():
        parent = "etp" if area.endswith("NKEA") else "gtp"
        members = ["unit", "chief_secretary", *EXTRA_MEMBERS.get(area, [])]
        _forum(stage, area, f"Working committee: {area}", parent, chair, members,
               alternate="unit", quorum=2, meets=14)  # fmt: skip
    _forum(stage, "emergency", "Working committee: emergency care", "emergency-steering",
           "nhs_chief", ["unit", "chief_secretary"], alternate="unit", quorum=2,
           country="GB-ENG", meets=30)  # fmt: skip
    _programme(stage, "gtp", "Government Transformation Programme", date(2010, 1, 1),
               date(2015, 12, 31), GTP_AREAS, OPENING)  # fmt: skip
    _sharpen(stage, "gtp", OPENING)


def acts(stage: Stage) -> list[Act]:
    """Programmes open and close; the National Transformation Programme follows the first two."""

    def economy(at: datetime) -> None:
        _programme(stage, "etp", "Economic Transformation Programme", date(2010, 10, 25),
                   date(2015, 12, 31), ETP_AREAS, at)  # fmt: skip

    def national(at: datetime) -> None:
        _programme(stage, "ntp", "National Transformation Programme", date(2015, 7, 1),
                   date(2020, 12, 31), NTP_AREAS, at)  # fmt: skip
        _sharpen(stage, "ntp", at)

    def end(at: datetime) -> None:
        for code in ("gtp", "etp"):
            programmes.close(
                programme=stage.programmes[code],
                because="Its period is over; the National Transformation Programme goes on.",
                by=stage.actor("unit"),
                at=at,
            )
            forums.close(
                forum=stage.forums[code],
                successor=stage.forums["ntp"],
                by=stage.actor("unit"),
                at=at,
            )

    def emergency(at: datetime) -> None:
        _programme(stage, "england-ae", "Emergency care, England", date(2016, 4, 1), None,
                   ["Emergency care"], at, ENGLAND)  # fmt: skip

    return [
        (date(2010, 10, 25), economy),
        (date(2015, 7, 1), national),
        (date(2016, 4, 29), end),
        (date(2018, 10, 8), emergency),
    ]


def _sharpen(stage: Stage, code: str, at: datetime) -> None:
    """A yearly target missed by more than a per cent is reviewed, however close."""
    rule = Rule.objects.get(programme=stage.programmes[code], kind="progress", kpi=None)
    rules.change(
        rule=rule,
        parameters={**rule.versions.get().parameters, "fires_on": "at_risk"},
        severity="review",
        applies_from=at.date(),
        reason="A missed yearly target is reviewed, whatever the margin.",
        by=stage.actor("unit"),
        at=at,
    )


def _forum(
    stage: Stage,
    key: str,
    name: str,
    parent: str | None,
    chair: str,
    members: list[str],
    *,
    alternate: str,
    quorum: int = 2,
    response_days: int = 10,
    country: str = "MY",
    meets: int = 30,
) -> Forum:
    stage.forums[key] = forums.create(
        name=name,
        parent=stage.forums[parent] if parent else None,
        chair=stage.post(chair),
        alternate=stage.post(alternate),
        secretary=stage.post("unit_secretary"),
        quorum=quorum,
        response_days=response_days,
        meets_every_days=meets,
        country=country,
        time_zone=ENGLAND["time_zone"] if country == "GB-ENG" else MALAYSIA["time_zone"],
        members=[stage.post(each) for each in members if each != chair],
        by=SYSTEM,
        at=OPENING,
    )
    return stage.forums[key]


def _programme(
    stage: Stage,
    code: str,
    name: str,
    starts_on: date,
    ends_on: date | None,
    names: list[str],
    at: datetime,
    place: dict[str, str] | None = None,
) -> None:
    stage.programmes[code] = opening.open_programme(
        code=code,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        fiscal_year_start=1,
        by=SYSTEM,
        at=at,
        **(place or MALAYSIA),
    )
    nation = {lead for lead, _chair in LEADS.values()} if place is None else set()
    readers = {"pmd", "cabinet", "audit"} | nation
    for area in names:
        lead, _chair = LEADS.get(area, ("nhs", ""))
        readers.add(lead)
        stage.areas[code, area] = areas.create(
            programme=stage.programmes[code],
            name=area,
            lead=stage.cast.organisations[lead],
            home_forum=stage.forums.get(area) or stage.forums["emergency"],
            by=SYSTEM,
            at=at,
        )
    for key in sorted(readers):
        _read(stage, code, key, at)


def _read(stage: Stage, code: str, organisation: str, at: datetime) -> None:
    programmes.add_reader(
        programme=stage.programmes[code],
        organisation=stage.cast.organisations[organisation],
        by=SYSTEM,
        at=at,
    )

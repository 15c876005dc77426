"""Who plays in the demonstration: organisations, posts, and illustrative people.

Ministries and the posts of ministers are real offices; the people are invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from ledger.rules.actors import Actor
from people.models import Organisation, Post, User
from people.services import appointments, organisations, posts, roles, users

PASSWORD = "makmal-demo"  # noqa: S105  (printed on the sign-in page of a demonstration)
DOMAIN = "makmal.example"
OPENING = datetime(2009, 9, 1, 1, tzinfo=UTC)
SYSTEM = Actor.system("demonstration")
HOME_ZONE = "Asia/Kuala_Lumpur"
ZONES = {"nhs": "Europe/London", "health": "Europe/London", "nurses": "Europe/London"}

# organisation key: name, short name, sector
ORGANISATIONS = {
    "pmd": ("Prime Minister's Department (PEMANDU)", "PEMANDU", "public"),
    "cabinet": ("Cabinet", "Cabinet", "public"),
    "home": ("Ministry of Home Affairs", "Home Affairs", "public"),
    "macc": ("Malaysian Anti-Corruption Commission (NKRA secretariat)", "MACC", "public"),
    "education": ("Ministry of Education", "Education", "public"),
    "women": ("Ministry of Women, Family and Community Development", "Women and Family", "public"),
    "rural": ("Ministry of Rural and Regional Development", "Rural Development", "public"),
    "transport": ("Ministry of Transport", "Transport", "public"),
    "spad": ("Land Public Transport Commission (SPAD)", "SPAD", "public"),
    "tourism": ("Ministry of Tourism", "Tourism", "public"),
    "plantation": ("Ministry of Plantation Industries and Commodities", "Plantations", "public"),
    "agriculture": ("Ministry of Agriculture and Agro-based Industry", "Agriculture", "public"),
    "hotels": ("Hotel owners' association (illustrative)", "Hotel owners", "private"),
    "hotel_union": ("Hotel workers' union (illustrative)", "Hotel workers", "labour"),
    "parents": ("Parents' association (illustrative)", "Parents", "civil_society"),
    "nhs": ("NHS England", "NHS England", "public"),
    "health": ("Department of Health and Social Care", "Health", "public"),
    "nurses": ("Nurses' union (illustrative)", "Nurses", "labour"),
    "audit": ("National Audit Department", "Audit", "public"),
}

# post key: organisation key, title, rank, e-mail name, person
POSTS = {
    "pm": ("cabinet", "Prime Minister", 1, "pm", "Razif Idris"),
    "dpm": ("cabinet", "Deputy Prime Minister", 2, "deputy", "Salmah Yunus"),
    "unit": ("pmd", "Director, Delivery", 5, "unit", "Farid Osman"),
    "unit_secretary": ("pmd", "Secretary to the forums", 20, "secretary", "Lim Mei Lin"),
    "minister_pmd": ("pmd", "Minister for Performance", 3, "performance", "Koh Wei Han"),
    "chief_secretary": ("cabinet", "Chief Secretary", 4, "member", "Anand Pillai"),
    "tourism_minister": ("tourism", "Minister of Tourism", 3, "chair", "Noraini Bakar"),
    "tourism_planning": ("tourism", "Director, Planning", 20, "officer", "Aminah Rahman"),
    "tourism_statistics": ("tourism", "Head of Statistics", 30, "verifier", "David Chong"),
    "transport_minister": ("transport", "Minister of Transport", 3, "transport", "Hashim Latif"),
    "transport_rail": ("transport", "Director, Rail", 20, "rail", "Grace Fernandez"),
    "home_minister": ("home", "Minister of Home Affairs", 3, "home", "Zamri Harun"),
    "immigration": ("home", "Director, Visas", 20, "visas", "Rohani Kassim"),
    "education_minister": ("education", "Minister of Education", 3, "education", "Mazlan Sulong"),
    "education_preschool": ("education", "Director, Pre-school", 20, "preschool", "Siti Hawa Daud"),
    "education_statistics": ("education", "Head of Statistics", 30, "edustats", "Ravi Kumar"),
    "women_minister": ("women", "Minister for Women", 3, "women", "Shafinaz Omar"),
    "rural_minister": ("rural", "Minister of Rural Development", 3, "rural", "Jenny Lasimbang"),
    "macc_chief": ("macc", "Chief Commissioner", 5, "macc", "Azman Seth"),
    "spad_chief": ("spad", "Chairman", 5, "spad", "Nadia Hamid"),
    "plantation_minister": ("plantation", "Minister of Plantations", 3, "plantations", "Benedict Lajim"),
    "agriculture_minister": ("agriculture", "Minister of Agriculture", 3, "agriculture", "Nordin Hassan"),
    "health_secretary": ("health", "Secretary of State", 3, "health", "Helen Marsh"),
    "nhs_chief": ("nhs", "Chief Operating Officer", 5, "nhschief", "Peter Lowe"),
    "nhs_urgent": ("nhs", "Director, Urgent Care", 20, "nhs", "Joanna Price"),
    "nhs_statistics": ("nhs", "Head of Performance Analysis", 30, "nhsstats", "Imran Malik"),
}  # fmt: skip

# the personas of the sign-in page: e-mail name, what they are
ACCOUNTS = [
    ("officer", "Ministry officer (Director, Planning, Tourism)"),
    ("verifier", "Verifier (Head of Statistics, Tourism)"),
    ("unit", "Delivery unit"),
    ("secretary", "Forum secretary"),
    ("member", "Council member (Chief Secretary)"),
    ("chair", "Council chair (Minister of Tourism)"),
    ("pm", "Prime Minister"),
    ("auditor", "Auditor"),
    ("panel", "Outside panel (validates results)"),
    ("integrator", "Integrator (a system over the API)"),
    ("nhs", "Ministry officer (Urgent Care, NHS England)"),
    ("rail", "Ministry officer (Director, Rail, Transport)"),
    ("visas", "Ministry officer (Director, Visas, Home Affairs)"),
]


@dataclass
class Cast:
    """Everybody and everything on stage, by key."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, post: str) -> Actor:
        """The holder of a post, acting in it."""
        held = self.posts[post]
        user = self.people[POSTS[post][3]]
        return Actor(user_id=user.pk, label=str(held), post_id=held.pk)

    def person(self, key: str) -> Actor:
        """Somebody who holds no post."""
        return Actor(user_id=self.people[key].pk, label=self.people[key].name)


def assemble() -> Cast:
    """Create organisations, posts, people and their appointments."""
    cast = Cast()
    for key, (name, short, sector) in ORGANISATIONS.items():
        cast.organisations[key] = organisations.create(
            name=name, short_name=short, sector=sector, by=SYSTEM, at=OPENING
        )
    for key, (organisation, title, rank, email, person) in POSTS.items():
        post = posts.create(
            organisation=cast.organisations[organisation],
            title=title,
            rank=rank,
            by=SYSTEM,
            at=OPENING,
        )
        cast.posts[key] = post
        cast.people[email] = _person(email, person, ZONES.get(organisation, HOME_ZONE))
        appointments.appoint(
            post=post,
            user=cast.people[email],
            starts_on=date(2009, 9, 1),
            by=SYSTEM,
            at=OPENING,
        )
    cast.people["auditor"] = _person("auditor", "Khairul Anuar")
    cast.people["panel"] = _person("panel", "Ingrid Solheim")
    cast.people["integrator"] = _person("integrator", "Statistics exchange")
    _let_in(cast)
    roles.grant(user=cast.people["unit"], role="delivery_unit", by=SYSTEM, at=OPENING)
    roles.grant(user=cast.people["unit"], role="administrator", by=SYSTEM, at=OPENING)
    roles.grant(user=cast.people["auditor"], role="auditor", by=SYSTEM, at=OPENING)
    return cast


def _let_in(cast: Cast) -> None:
    """Give all of them the one password; hashed once, since hashing is slow on purpose."""
    first, *others = cast.people.values()
    first.set_password(PASSWORD)
    first.save(update_fields=["password"])
    User.objects.filter(pk__in=[user.pk for user in others]).update(password=first.password)


def _person(email: str, name: str, zone: str = HOME_ZONE) -> User:
    return users.create(
        email=f"{email}@{DOMAIN}",
        name=name,
        time_zone=zone,
        is_illustrative=True,
        by=SYSTEM,
        at=OPENING,
    )

"""The world that the table of access speaks of, built once, by the product's own services.

Programme ``a`` runs: a plan in force and a draft, reviews with a motion open and one
decided by a signed minute, disputes at tier 1 and 2. Its second result area is kept to
the security committee: whatever is written there carries one of the words in ``SECRET``.
Programme ``b`` is closed.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from forums.models import Decision, Forum, Motion
from forums.services import actions
from forums.services.votes import MinutedVote
from kpis.models import Backtest, Deviation, Kpi, Reading, Rule, RuleVersion
from kpis.rules.periods import Period
from kpis.services import backtests, drafts, evidence, locks, rules
from kpis.services import kpis as kpi_services
from labs.models import Programme, ProgrammeReader
from labs.services import labs, milestones, revisions
from ledger.models import Event
from ledger.services import notices
from people.models import ApiClient, Organisation, Post, User
from people.services import calendar_feeds, holidays, invitations, reorganisations
from people.services.installations import new_setup_token
from reviews.models import Dispute, Review
from reviews.services import (
    bump_ups,
    explanations,
    handovers,
    information,
    minutes,
    positions,
    settlements,
)
from tests.access import beginnings, files, gatherings, outside, registers, terms, weeks, wholes
from tests.factories import disputes as make_disputes
from tests.factories import imports as make_imports
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import people as make_people
from tests.factories import reviews as make
from tests.factories.forums import core, held_post, make_forum, person_in
from tests.factories.people import actor
from tests.factories.reviews import AT, BEFORE, Draft, Place

# One word for each thing that is restricted, in every text written about it.
KPI, DISPUTE, LAB = "zirconium", "tantalum", "osmium"
SECRET = (KPI, DISPUTE, LAB)
ON = AT.date()
SOON = ON + datetime.timedelta(days=30)


@dataclass
class World:
    """Who asks, and what for."""

    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """Everything, at the time of the factories."""
    ladder = _ladder()
    ministry, works = _organisation("Home Affairs"), _organisation("Works")
    statistics, culture = _organisation("Statistics"), _organisation("Culture")
    area = make_labs.AreaFactory(
        programme=make_labs.ProgrammeFactory(code="a", name="Programme A"),
        name="Crime",
        lead=ministry,
        home_forum=ladder["working"],
    )
    world = World()
    place = _place(area, ladder, ministry, statistics)
    world.users = _people(place, ladder, culture)
    for organisation in (statistics, culture):
        ProgrammeReader.objects.create(programme=area.programme, organisation=organisation)
    _open_part(world, place, works)
    _restricted_part(world, place, ladder)
    _closed_part(world, place)
    world.things |= gatherings.build(place.home)
    world.things |= gatherings.build(ladder["security"], of="restricted ", word=DISPUTE)
    _asked_and_looked_at(world, place, statistics, culture)
    _accounts(world, place.programme)
    for user in world.users.values():
        make_people.people.forget(user)
    return world


def _asked_and_looked_at(
    world: World, place: Place, statistics: Organisation, culture: Organisation
) -> None:
    """What reviews ask of others; a panel with the one who reads no programme."""
    things = world.things
    things |= outside.asked(things["review"], place.owner, statistics)
    kept = things["restricted review"]
    things |= outside.asked(kept, kept.kpi.owner, culture, of="restricted ", word=KPI)
    things |= outside.looked_at(place, things["kpi"], world.users["outsider"])


def _organisation(name: str) -> Organisation:
    return make_people.OrganisationFactory(name=f"Ministry of {name}", short_name=name)


def _ladder() -> dict[str, Forum]:
    """Two committees below one ladder; the prime minister chairs the top."""
    top = make_forum("Council", chair=held_post("Prime Minister"), alternate=True)
    task = make_forum("Task force", parent=top)
    steering = make_forum("Steering committee", parent=task)
    return {
        "working": make_forum("Working committee", parent=steering),
        "security": make_forum("Security committee", parent=steering),
        "steering": steering,
        "top": top,
    }


def _place(area: Any, ladder: dict[str, Forum], lead: Organisation, checks: Organisation) -> Place:
    if not Rule.objects.filter(programme=area.programme).exists():
        rules.install_defaults(
            programme=area.programme, applies_from=datetime.date(2018, 1, 1), by=actor(), at=BEFORE
        )
    return Place(
        programme=area.programme,
        area=area,
        ministry=lead,
        owner=held_post("Director, Planning", lead),
        verifier=held_post("Head, Statistics", checks),
        home=area.home_forum,
        steering=ladder["steering"],
        unit=make_people.delivery_unit(),
    )


def _people(place: Place, ladder: dict[str, Forum], culture: Organisation) -> dict[str, User]:
    """Everybody who signs in. Those of a forum sit in the working committee."""
    home = place.home
    return {
        "officer": place.owner_user,
        "verifier": person_in(place.verifier),
        "unit": place.unit,
        "admin": make_people.administrator(),
        "secretary": person_in(home.secretary),
        "member": person_in(core(home)[0]),
        "chair": person_in(home.chair),
        "pm": person_in(ladder["top"].chair),
        "auditor": make_people.auditor(),
        "integrator": make_people.UserFactory(name="Integrator"),
        "reader": make_people.ministry_officer(culture),
        "named": person_in(core(ladder["security"])[0]),
        "outsider": make_people.outsider(),
    }


def _open_part(world: World, place: Place, works: Organisation) -> None:
    """Programme A as its readers see it."""
    draft = make.in_force(place)
    make_kpis.reading(draft.series, "2018", "90", by=actor(place.owner_user, place.owner))
    second, third = (_kpi(place, code) for code in ("fraud", "arson"))
    make_kpis.reading(
        make_kpis.total(second), "2018", "90", by=actor(place.owner_user, place.owner)
    )
    make_kpis.target(make_kpis.total(second), "2018", "50", baseline="100")
    make.sweep()
    review = Review.objects.get(kpi=draft.kpi)
    lab = draft.revision.plan.lab
    plan = lab.plan
    plan.refresh_from_db()
    changes = make_labs.revision_of(plan)
    revisions.edit(
        revision=changes,
        part="goal",
        key=draft.goal,
        fields={"title": "Streets are safer"},
        reason="Clearer",
        by=actor(),
        at=AT,
    )
    first = make_disputes.at_tier(1, area=place.area, kpi=second, parties=[place.ministry, works])
    spokesman = held_post("Director, Roads", works)
    party = first.parties.get(organisation=works)
    settlement = settlements.propose(
        dispute=first, party=party, terms="Both count.", reason="Fair.", **_as(spokesman)
    )
    request = information.ask(
        dispute=first,
        organisation=place.ministry,
        question="How many?",
        due_on=SOON,
        asked_by=party,
        **_as(spokesman),
    )
    world.things |= {
        "place": place,
        "programme": place.programme,
        "area": place.area,
        "forum": place.home,
        "lab": lab,
        "plan": plan,
        "adopted": draft.revision,
        "draft": changes,
        "goal": draft.goal,
        "initiative": make_labs.key_of(plan, "More patrols"),
        "milestone": draft.milestone,
        "kpi": draft.kpi,
        "reading": draft.series.readings.get(),
        "series": draft.series,
        "baseline": make_kpis.baseline(draft.series, "2018"),
        "hand status": make_kpis.by_hand(draft.series),
        "rule version": RuleVersion.objects.filter(rule__programme=place.programme).first(),
        "target": draft.series.targets.get(),
        "definition": draft.series.definition,
        "trajectory": make_kpis.path(draft.series),
        "deviation": Deviation.objects.filter(series=draft.series)[0],
        "signal": draft.series.signals.first(),
        "rule": Rule.objects.filter(programme=place.programme).first(),
        "back-test": _back_test(place),
        "import": make_imports.done(by=actor(place.unit)),
        "review": review,
        "motion": make.propose(review, by=actor(place.unit)).motion,
        "decision": draft.revision.decision,
        "dispute": first,
        "settlement": settlement,
        "request": request,
        "exhibit": files.exhibit(first, "count", **_as(place.owner)),
        "time asked": files.time_asked(first, "crimes", **_as(place.owner)),
        "fresh dispute": files.fresh(place.area, [place.ministry, works], by=actor(place.unit)),
        "dispute 2": make_disputes.at_tier(
            2, area=place.area, kpi=third, parties=[place.ministry, works]
        ),
    }
    world.things |= weeks.build(lab, changes, place.owner)
    world.things |= registers.build(lab, place.owner)
    world.things |= beginnings.build(lab)
    world.things |= terms.build(
        plan,
        initiative=world.things["initiative"],
        milestone=draft.milestone,
        asked=place.verifier.organisation,
    )
    _minuted(world, place, second)
    _shown_and_locked(world, world.things["reading"])


def _shown_and_locked(world: World, reading: Reading, of: str = "", text: str = "count") -> None:
    """A file that shows the value, and a lock of its KPI over a year long ago."""
    unit = actor(world.users["unit"])
    file = SimpleUploadedFile(f"{text}.pdf", b"%PDF-1.7 count")
    kpi = reading.series.definition.kpi
    (shown,) = evidence.add(reading=reading, files=[file], by=unit, at=AT)
    locked = locks.lock(
        programme=kpi.area.programme,
        kpi=kpi,
        first=datetime.date(2010, 1, 1),
        last=datetime.date(2010, 12, 31),
        reason=f"The {text} is printed",
        by=unit,
        at=AT,
    )
    world.things |= {f"{of}evidence": shown, f"{of}lock": locked}


def _kpi(place: Place, code: str, **fields: Any) -> Any:
    given = {"name": f"Cases of {code}", "direction": "decrease", "code": code} | fields
    return make_kpis.kpi(
        place.area, rules_from="", owner=place.owner, verifier=place.verifier, **given
    )


def _as(post: Post) -> dict[str, Any]:
    return {"by": actor(person_in(post), post), "at": AT}


def _minuted(world: World, place: Place, kpi: Any) -> None:
    """A review that the secretary's minute closed, with an action; another one was reported done."""
    review = Review.objects.get(kpi=kpi)
    motion = make.propose(
        review,
        outcome="corrective_action",
        action_title="Patrol at night",
        action_owner=place.owner,
        action_due=SOON,
        by=actor(place.unit),
    ).motion
    world.things["minuted"] = _minute(motion, place.home, "The committee agrees.")
    world.things["action"] = world.things["minuted"].actions.get()
    done = actions.open(
        title="Count again",
        owner=place.owner,
        verifier=place.verifier,
        due_on=SOON,
        decision=world.things["minuted"],
        by=actor(),
        at=AT,
    )
    actions.report(
        action=done,
        note="Counted.",
        file=SimpleUploadedFile("count.pdf", b"%PDF-1.7 count"),
        **_as(place.owner),
    )
    world.things["done"] = done


def _minute(motion: Motion, forum: Forum, reason: str) -> Decision:
    return minutes.enter(
        motion=motion,
        minuted=[MinutedVote(forum.chair_id, "for", reason)],
        reason=reason,
        dissent="",
        sources=[],
        file=SimpleUploadedFile("minute.pdf", b"%PDF-1.7 minute"),
        principal_post=forum.chair,
        **_as(forum.secretary),
    )


def _restricted_part(world: World, place: Place, ladder: dict[str, Forum]) -> None:
    """A KPI, a dispute and a lab that only the security committee may see by name."""
    security = ladder["security"]
    area = make_labs.AreaFactory(
        programme=place.programme,
        name="Security",
        lead=_organisation("Intelligence"),
        home_forum=security,
    )
    there = _place(area, ladder, area.lead, area.lead)
    world.things |= {
        "security forum": security,
        "security area": area,
        "restricted owner": there.owner,
    }
    _restricted_kpi(world, there, place)
    _restricted_lab(world, place, security)
    _named_elsewhere(world, place, security)


def _back_test(place: Place, kpi: Kpi | None = None) -> Backtest:
    """A rule tried on the past of the programme, or of one KPI, and worked off."""
    run = backtests.start(
        programme=place.programme,
        kpi=kpi,
        kind="progress",
        first={},
        since=BEFORE.date(),
        until=ON,
        by=actor(place.unit),
        at=AT,
    )
    while backtests.work(at=AT).more:
        pass
    return run


def _named_elsewhere(world: World, place: Place, security: Forum) -> None:
    """A restricted KPI of a goal that everybody reads, with a target in the open draft."""
    draft = world.things["draft"]
    kpi = _kpi(place, f"{KPI}-three", name=f"Sales of {KPI}", goal_key=world.things["goal"])
    kpi_services.assign(kpi=kpi, owner=None, verifier=None, by=actor(), at=AT)
    kpi_services.restrict(kpi=kpi, forums=[security], by=actor(), at=AT)
    period = Period(datetime.date(2019, 1, 1), datetime.date(2019, 12, 31))
    drafts.propose_targets(
        revision=draft,
        series=make_kpis.total(kpi),
        proposals=[drafts.Proposal(period, {"value": "7", "high": None, "baseline": None})],
        reason="As agreed",
        by=actor(),
        at=AT,
    )


def _restricted_kpi(world: World, there: Place, place: Place) -> None:
    """Named in an open dispute, a review with a motion, a decision, an action."""
    security = there.home
    kpi = _kpi(there, KPI, name=f"Cases of {KPI}", unit=KPI, text=f"What {KPI} means")
    kpi_services.restrict(kpi=kpi, forums=[security], by=actor(), at=AT)
    world.things |= {
        "restricted programme": there.programme,
        "restricted back-test": _back_test(there, kpi),
    }
    series = make_kpis.total(kpi)
    make_kpis.target(series, "2018", "50", baseline="100", source=f"{KPI} roadmap", note=KPI)
    mine = _as(there.owner)
    reading = make_kpis.reading(series, "2018", "90.0417", source=f"{KPI} file", note=KPI, **mine)
    make.sweep()
    review = Review.objects.get(kpi=kpi)
    explanations.explain(review=review, cause="means", text=f"{KPI} is short", tried=KPI, **mine)
    proposal = make.propose(
        review,
        outcome="corrective_action",
        reason=f"More {KPI}",
        action_title=f"Buy {KPI}",
        action_owner=there.owner,
        action_due=SOON,
        by=actor(there.unit),
    )
    decision = _minute(proposal.motion, security, f"We agree on {KPI}")
    other = _kpi(there, f"{KPI}-two", name=f"Stocks of {KPI}", unit=KPI)
    kpi_services.restrict(kpi=other, forums=[security], by=actor(), at=AT)
    make_kpis.target(make_kpis.total(other), "2018", "50", baseline="100", source=KPI)
    make_kpis.reading(make_kpis.total(other), "2018", "91", source=KPI, **mine)
    make.sweep()
    second = Review.objects.get(kpi=other)
    # About a KPI that everybody reads: the mark on it is for all, the question is not.
    dispute = make_disputes.open_dispute(
        area=place.area,
        kpi=world.things["kpi"],
        parties=[there.ministry, _party(world, "works")],
        title=f"Who counts {DISPUTE}",
        question=f"Which {DISPUTE} counts?",
        restricted_to=[security],
        review=world.things["review"],
    )
    party = dispute.parties.get(organisation=there.ministry)
    positions.state(dispute=dispute, party=party, text=f"Our {DISPUTE}", **mine)
    settlement = settlements.propose(
        dispute=dispute, party=party, terms=f"Half the {DISPUTE}", reason=DISPUTE, **mine
    )
    request = information.ask(
        dispute=dispute,
        organisation=_party(world, "works"),
        question=f"How much {DISPUTE}?",
        due_on=SOON,
        asked_by=party,
        **mine,
    )
    bump_ups.waive(dispute=dispute, party=party, **mine)
    ruling = make_disputes.put_ruling(dispute, text=f"All the {DISPUTE}", reason=DISPUTE)
    own = make_kpis.own_rule(kpi, reason=f"{KPI} is young")
    world.things |= {
        "restricted kpi": kpi,
        "restricted reading": reading,
        "restricted series": series,
        "restricted baseline": make_kpis.baseline(series, "2018", reason=KPI),
        "restricted hand status": make_kpis.by_hand(series, reason=KPI),
        "restricted rule": own.rule,
        "restricted rule version": own,
        "restricted target": series.targets.get(),
        "restricted definition": series.definition,
        "restricted trajectory": make_kpis.path(series, source=f"{KPI} roadmap", note=KPI),
        "restricted signal": series.signals.first(),
        "restricted deviation": Deviation.objects.filter(series=series)[0],
        "restricted review": second,
        "restricted decision": decision,
        "restricted action": decision.actions.get(),
        "restricted motion": make.propose(
            second, reason=f"Wait for {KPI}", by=actor(there.unit)
        ).motion,
        "restricted dispute": Dispute.objects.get(pk=dispute.pk),
        "restricted settlement": settlement,
        "restricted request": request,
        "restricted exhibit": files.exhibit(dispute, DISPUTE, **mine),
        "restricted time asked": files.time_asked(dispute, DISPUTE, **mine),
        "restricted ruling": ruling.motion,
    }
    _shown_and_locked(world, reading, "restricted ", KPI)


def _party(world: World, key: str) -> Organisation:
    """The other party of the open dispute."""
    dispute = world.things["dispute"]
    return dispute.parties.exclude(organisation=world.things["area"].lead).get().organisation


def _restricted_lab(world: World, there: Place, security: Forum) -> None:
    """Its plan is in force, sets the target of a KPI everybody reads, and is being revised.

    It stands in an area whose home forum is not named.
    """
    lab = make_labs.open_lab(
        there.area, title=f"The {LAB} lab", question=f"Where is {LAB}?", steering=security
    )
    labs.restrict(lab=lab, forums=[security], by=actor(), at=BEFORE)
    digger = world.things["restricted owner"]
    plan = lab.plan
    draft = make_labs.open_draft(plan)
    goal = make_labs.add(draft, "goal", title=f"More {LAB}", description=f"{LAB} for all")
    initiative = make_labs.add(
        draft,
        "initiative",
        goal_key=str(goal),
        title=f"Dig {LAB}",
        lead=str(digger.pk),
        starts_on="2019-01-01",
        finishes_on="2019-12-31",
    )
    step = make_labs.add(
        draft,
        "milestone",
        initiative_key=str(initiative),
        title=f"Find {LAB}",
        owner=str(digger.pk),
        starts_on="2019-01-01",
        finishes_on="2019-02-01",
    )
    mined = _kpi(there, "mines", name="Mines at work", goal_key=goal)
    make.set_target(draft, make_kpis.total(mined), make.YEAR_2018, "50")
    draft.changes.filter(part="target").update(reason=f"There is {LAB}")
    make_labs.tested(draft)
    draft.stress_tests.update(conclusion=f"{LAB} holds")
    make_labs.SeatFactory(lab=lab, mandate=f"May buy {LAB}")
    motion = make.approvals.submit(
        revision=draft,
        reason=f"{LAB} is ready",
        by=actor(make_people.delivery_unit()),
        at=BEFORE,
    )
    make.carry(motion, BEFORE)
    plan.refresh_from_db()
    milestones.report(
        plan=plan,
        milestone_key=step,
        state="late",
        expected_finish=SOON,
        note=f"No {LAB} yet",
        **_as(digger),
    )
    make.detection.detect_due(at=AT)
    make.sweep()
    second = make_labs.revision_of(plan, title=f"Less {LAB}")
    world.things |= weeks.build(lab, second, digger, of="restricted ", word=LAB)
    world.things |= registers.build(lab, digger, of="restricted ", word=LAB)
    world.things |= beginnings.build(lab, of="restricted ", word=LAB)
    world.things |= terms.build(
        plan,
        initiative=initiative,
        milestone=step,
        asked=Organisation.objects.get(name="Ministry of Culture"),
        of="restricted ",
        word=LAB,
    )
    world.things |= {
        **wholes.build(
            world.things["plan"], world.things["initiative"], plan, initiative, word=LAB
        ),
        "restricted lab": lab,
        "restricted plan": plan,
        "restricted adopted": plan.in_force,
        "restricted draft": second,
        "restricted goal": goal,
        "restricted milestone": step,
        "restricted approval": motion.decision,
        "mines": mined,
    }


def _closed_part(world: World, place: Place) -> None:
    """Programme B, whose period is over; the same people, the same organisations."""
    area = make_labs.AreaFactory(
        programme=make_labs.ProgrammeFactory(code="b", name="Programme B"),
        name="Crime then",
        lead=place.ministry,
        home_forum=place.home,
    )
    there = Place(
        programme=area.programme,
        area=area,
        ministry=place.ministry,
        owner=place.owner,
        verifier=place.verifier,
        home=place.home,
        steering=place.steering,
        unit=place.unit,
    )
    draft: Draft = make.in_force(there)
    make_kpis.reading(draft.series, "2018", "90")
    plan = draft.revision.plan
    plan.refresh_from_db()
    changes = make_labs.revision_of(plan)
    rules.install_defaults(
        programme=area.programme, applies_from=datetime.date(2018, 1, 1), by=actor(), at=BEFORE
    )
    baseline = make_kpis.baseline(draft.series, "2018")
    _shown_and_locked(world, draft.series.readings.get(), "closed ")
    make.close_programme(there)
    world.things |= {
        "closed programme": Programme.objects.get(pk=area.programme_id),
        "closed lab": plan.lab,
        "closed plan": plan,
        "closed draft": changes,
        "closed milestone": draft.milestone,
        "closed kpi": draft.kpi,
        "closed reading": draft.series.readings.get(),
        "closed baseline": baseline,
        "closed rule": Rule.objects.filter(programme=area.programme).first(),
    }


def _accounts(world: World, programme: Programme) -> None:
    """Systems with their tokens, invitations, roles, notices, an event."""
    admin = world.users["admin"]
    world.users["system"] = make_people.integrator()
    for each in ("integrator", "system"):
        ProgrammeReader.objects.create(programme=programme, user=world.users[each])
    given = {"issuer": admin, "user": world.users["system"]}
    world.tokens = {
        "reads": make_people.token(**given),
        "writes": make_people.token(**given, scopes=("readings:write",)),
        "expired": make_people.token(**given),
        "revoked": make_people.token(**given, scopes=("read", "readings:write")),
    }
    hour = datetime.timedelta(hours=1)
    clients = dict(zip(world.tokens, ApiClient.objects.order_by("pk"), strict=True))
    ApiClient.objects.filter(pk=clients["expired"].pk).update(
        expires_at=timezone.now() - hour, created_at=timezone.now() - 2 * hour
    )
    ApiClient.objects.filter(pk=clients["revoked"].pk).update(revoked_at=timezone.now())
    _invitation, token = invitations.invite(
        email="guest@example.org", name="Guest", by=actor(admin), at=AT
    )
    event = Event.objects.filter(restricted=False).first()
    notices.notify(
        event=event, recipients=[user.pk for user in world.users.values()], title="Hello", url="/"
    )
    account = make_people.with_role("auditor")
    world.things |= _continuity(world)
    world.things |= {
        "organisation": programme.areas.get(name="Crime").lead,
        "post": world.things["restricted owner"],
        "appointment": world.things["restricted owner"].appointments.get(),
        "account": account,
        "invitation": _invitation,
        "invitation token": token,
        "setup token": new_setup_token(kind="live"),
        **_calendar(world.users["member"]),
        "client": clients["reads"],
        "holiday": holidays.add(
            country="MY", day=AT.date(), working=False, name="Visit", by=actor(), at=AT
        ),
        "event": event,
        "restricted event": Event.objects.filter(restricted=True).first(),
        "membership": programme.areas.get(name="Crime").home_forum.memberships.first(),
        "reader row": ProgrammeReader.objects.filter(programme=programme).first(),
    }


def _calendar(user: User) -> dict[str, Any]:
    """The secret address of one person's calendar."""
    feed, token = calendar_feeds.make(user=user, by=actor(user), at=AT)
    return {"calendar": feed, "calendar token": token}


def _continuity(world: World) -> dict[str, Any]:
    """An organisation that was renamed, and duties that passed from post to post."""
    given: dict[str, Any] = {"on": ON, "today": ON, "reason": "A new cabinet"}
    given |= {"by": actor(world.users["admin"]), "at": AT}
    before, after = (held_post("Director, Parks", _organisation(name)) for name in ("Parks", "Sea"))
    actions.open(title="Plant trees", owner=before, due_on=SOON, by=actor(), at=AT)
    return {
        "reorganisation": reorganisations.rename(
            organisation=_organisation("Post"), name="Ministry of Mail", **given
        ),
        "handover": handovers.hand_over(from_post=before, to_post=after, **given),
    }

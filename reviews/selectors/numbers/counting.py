"""Counting, for one programme or many: a number of queries that does not grow with either."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from labs.models import Change, Programme, Revision
from labs.rules import revised
from reviews.models import (
    BumpUp,
    Dispute,
    InformationRequest,
    LessonAsk,
    Review,
    ReviewDeviation,
    ReviewProposal,
    RulingProposal,
    SettlementProposal,
    Tier,
)
from reviews.models.disputes import Trigger
from reviews.models.reviews import Outcome
from reviews.rules import numbers as rules
from reviews.selectors import lessons
from reviews.selectors.numbers.found import NoAction, Numbers, Step, TierLine
from reviews.selectors.numbers.years import OF_DISPUTE, OF_REVIEW, Bounds, Measure, bounds, measure

Spans = dict[int, dict[str, list[rules.Span]]]  # programme -> what -> how long
STEPS = ("review", "decision", "revision")


def numbers(programme: Programme, year: int, at: datetime) -> Numbers:
    """The numbers of one programme and year."""
    return numbers_of_all([programme], year, at)[0]


def numbers_of_all(
    programmes: Iterable[Programme], year: int | None, at: datetime
) -> list[Numbers]:
    """The numbers of each programme, in the order given; each year by its own calendar.

    ``year`` None: the year that holds ``at``.
    """
    found = list(programmes)
    within = bounds(found, year, at)
    took = measure(found)
    opened = _opened(within)
    ended = _ended(within)
    stays = _stays(within, took)
    withheld = _withheld(within)
    steps = _steps(within, took)
    shares = _revised(found, within)
    tallies = _lessons(within)
    closed, waved, by_rule = _closed(within)
    return [
        Numbers(
            programme=each,
            year=within.years[each.pk],
            opened=opened[each.pk],
            withdrawn=sum(
                count for (state, _tier), count in ended[each.pk].items() if state == "withdrawn"
            ),
            tiers=_tiers(ended[each.pk], stays[each.pk]),
            rulings_at_top=ended[each.pk][("top", 0)],
            refused=withheld[each.pk, "refused"],
            silent=withheld[each.pk, "silent"],
            steps=[Step(code, rules.Spread(tuple(steps[each.pk][code]))) for code in STEPS],
            revised=shares[each.pk],
            lessons=lessons.tally(tallies[each.pk]),
            reviews_closed=closed[each.pk],
            no_action=waved[each.pk],
            no_action_by_rule=by_rule[each.pk],
        )
        for each in found
    ]


def _opened(within: Bounds) -> Counter[int]:
    rows = Dispute.objects.filter(within.within("at", OF_DISPUTE)).order_by()
    return Counter(dict(rows.values_list("area__programme").annotate(count=Count("pk"))))


def _ended(within: Bounds) -> dict[int, Counter[tuple[str, int]]]:
    """Per programme: (state, tier) -> how many ended; ("top", 0) -> ruled at their top."""
    tiers = Tier.objects.filter(dispute=OuterRef("pk")).order_by().values("dispute")
    rows = (
        Dispute.objects.filter(within.within("ended_at", OF_DISPUTE))
        .exclude(state=Dispute.State.OPEN)
        .annotate(top=Subquery(tiers.annotate(last=Max("number")).values("last")))
        .order_by()
        .values_list("area__programme", "state", "tier", "top")
        .annotate(count=Count("pk"))
    )
    found: dict[int, Counter[tuple[str, int]]] = defaultdict(Counter)
    for programme, state, tier, top, count in rows:
        found[programme][state, tier] += count
        if state == Dispute.State.RULED and tier == top:
            found[programme]["top", 0] += count
    return found


def _stays(within: Bounds, took: Measure) -> dict[int, dict[int, list[rules.Span]]]:
    """Per programme and tier: how long disputes stayed that left it in the year.

    A forum that could not sit was entered and passed: that is no stay. Working days are
    those of the forum's calendar, as its last day was.
    """
    passed = BumpUp.objects.filter(
        dispute=OuterRef("dispute"), from_tier=OuterRef("number"), trigger=Trigger.CANNOT_SIT
    )
    rows = (
        Tier.objects.filter(~Exists(passed), entered_at__isnull=False)
        .annotate(until=Coalesce("left_at", "dispute__ended_at"))
        .filter(within.within("until", ["dispute__area__programme"]))
        .order_by("dispute", "number")
        .values_list("dispute__area__programme", "number", "entered_at", "until", "forum__country")
    )
    found: dict[int, dict[int, list[rules.Span]]] = defaultdict(lambda: defaultdict(list))
    for programme, number, entered, until, country in rows:
        if entered is not None:  # the filter saw to it
            found[programme][number].append(took(programme, entered, until, country))
    return found


def _tiers(ended: Counter[tuple[str, int]], stays: dict[int, list[rules.Span]]) -> list[TierLine]:
    known = {tier for (state, tier) in ended if state in ("settled", "ruled")} | set(stays)
    return [
        TierLine(
            number=number,
            settled=ended["settled", number],
            ruled=ended["ruled", number],
            stays=rules.Spread(tuple(stays.get(number, ()))),
        )
        for number in sorted(known)
    ]


def _withheld(within: Bounds) -> Counter[tuple[int, str]]:
    """Questions refused, and those on whose last day nobody had answered."""
    path = "dispute__area__programme"
    refused = InformationRequest.objects.filter(
        within.within("answered_at", [path]), state=InformationRequest.State.REFUSED
    )
    silent = InformationRequest.objects.filter(
        within.within("silent_since", [path], dates=True)
    ).exclude(state=InformationRequest.State.WITHDRAWN)
    found: Counter[tuple[int, str]] = Counter()
    for name, rows in (("refused", refused), ("silent", silent)):
        for programme, count in rows.order_by().values_list(path).annotate(count=Count("pk")):
            found[programme, name] += count
    return found


def _steps(within: Bounds, took: Measure) -> Spans:
    """From the first deviation of a review until it opened, was decided, changed the plan.

    Working days are those of its forum's calendar, else the programme's, as for explaining.
    """
    found: Spans = defaultdict(lambda: defaultdict(list))
    rows = (
        Review.objects.filter(
            within.within("opened_at", OF_REVIEW) | within.within("closed_at", OF_REVIEW)
        )
        .annotate(
            programme=Coalesce(*OF_REVIEW),
            first=Min("deviations__deviation__opened_at"),
            country=_country(),
        )
        .exclude(first=None)
        .order_by("pk")
        .values_list("programme", "first", "opened_at", "closed_at", "country")
    )
    for programme, first, opened, closed, country in rows:
        if within.holds(programme, opened):
            found[programme]["review"].append(took(programme, first, opened, country))
        if closed is not None and within.holds(programme, closed):
            found[programme]["decision"].append(took(programme, first, closed, country))
    for programme, first, adopted, country in _adopted(within):
        found[programme]["revision"].append(took(programme, first, adopted, country))
    return found


def _country(review: str = "") -> Case:
    """Whose calendar counts in a review: its forum's, else its programme's."""
    programme = Coalesce(*(f"{review}{path}__country" for path in OF_REVIEW))
    own = f"{review}forum__country"
    return Case(When(**{own: ""}, then=programme), default=F(own))


def _adopted(within: Bounds) -> list[tuple[int, datetime, datetime, str]]:
    """Revisions in force that reviews brought, or rulings and settlements in their disputes.

    Programme, first deviation of the review, when the revision came into force, and whose
    calendar counts; each revision once.
    """
    found: dict[int, tuple[int, datetime, datetime, str]] = {}
    for rows, review in (
        (ReviewProposal.objects.all(), "review__"),
        (RulingProposal.objects.all(), "dispute__review__"),
        (SettlementProposal.objects.exclude(accepted_at=None), "dispute__review__"),
    ):
        held = (
            rows.filter(
                within.within("revision__adopted_at", ["revision__plan__lab__area__programme"]),
                revision__state=Revision.State.ADOPTED,
            )
            .annotate(
                first=Min(f"{review}deviations__deviation__opened_at"),
                country=_country(review),
            )
            .exclude(first=None)
            .order_by("pk")
            .values_list(
                "revision",
                "revision__plan__lab__area__programme",
                "first",
                "revision__adopted_at",
                "country",
            )
        )
        for revision, programme, first, adopted, country in held:
            if adopted is not None:  # the filter saw to it
                found.setdefault(revision, (programme, first, adopted, country))
    return [found[pk] for pk in sorted(found)]


def _revised(programmes: list[Programme], within: Bounds) -> dict[int, revised.Share]:
    """Of the plans that came into force in the year, how many were revised since."""
    later = Change.objects.filter(
        revision__plan=OuterRef("plan"), revision__state=Revision.State.ADOPTED
    ).exclude(revision__number=1)
    path = "plan__lab__area__programme"
    rows = (
        Revision.objects.filter(
            within.within("adopted_at", [path]), state=Revision.State.ADOPTED, number=1
        )
        .annotate(
            goal=Exists(later.filter(touches=Change.Touches.GOAL)),
            execution=Exists(later.filter(touches=Change.Touches.EXECUTION)),
        )
        .order_by("pk")
        .values_list(path, "goal", "execution")
    )
    plans: dict[int, list[revised.History]] = defaultdict(list)
    for programme, goal, execution in rows:
        plans[programme].append(revised.History(within.years[programme].year, goal, execution))
    return {each.pk: revised.shares(plans[each.pk])[-1] for each in programmes}


def _lessons(within: Bounds) -> dict[int, list[tuple[str, str, int]]]:
    rows = (
        LessonAsk.objects.filter(within.within("asked_at", ["programme"]))
        .order_by()
        .annotate(kind=lessons.KIND)
        .values_list("programme", "kind", "answer")
        .annotate(count=Count("pk"))
    )
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for programme, kind, answer, count in rows:
        found[programme].append((kind, answer, count))
    return found


def _closed(within: Bounds) -> tuple[Counter[int], Counter[int], dict[int, list[NoAction]]]:
    """Reviews closed, those with "no action", and the latter by the rule that had fired."""
    closed = Review.objects.filter(
        within.within("closed_at", OF_REVIEW), state=Review.State.CLOSED
    ).annotate(programme=Coalesce(*OF_REVIEW))
    waved = Q(outcome=Outcome.NO_ACTION)
    totals: Counter[int] = Counter()
    without: Counter[int] = Counter()
    for programme, count, none in (
        closed.order_by()
        .values_list("programme")
        .annotate(count=Count("pk"), none=Count("pk", filter=waved))
    ):
        totals[programme], without[programme] = count, none
    by_rule: dict[int, list[NoAction]] = defaultdict(list)
    fired = (
        ReviewDeviation.objects.filter(review__in=closed.filter(waved).values("pk"))
        .annotate(programme=Coalesce(*(f"review__{path}" for path in OF_REVIEW)))
        .order_by()
        .values_list("programme", "deviation__rule__kind")
        .annotate(count=Count("review", distinct=True))
    )
    for programme, kind, count in sorted(fired, key=lambda row: (row[0], -row[2], row[1])):
        by_rule[programme].append(NoAction(kind, count))
    return totals, without, by_rule

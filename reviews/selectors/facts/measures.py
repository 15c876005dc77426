"""Facts 1, 2, 3, 10 and 13: signals, episodes, reviews of them, readings, versions."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from kpis.models import (
    Definition,
    Deviation,
    LiveReading,
    Reading,
    Retraction,
    RuleVersion,
    SeriesStatus,
    Signal,
)
from kpis.models.findings import RuleKind, Severity
from kpis.models.targets import Status
from reviews.models import Review, ReviewDeviation
from reviews.selectors.facts.found import Ask

PLACE = ("series_id", "period_start", "period_end")


def signals_and_episodes() -> Iterator[Ask]:
    """Fact 1. Running detection again is not a question to the database: see the simulator."""
    yield Ask("signal", _ids(Signal.objects.filter(evidence={})), "a signal without evidence")
    for subject in ("series", "milestone_key"):
        twice = (
            Signal.objects.exclude(**{subject: None})
            .values("version__rule", subject, "period_start", "period_end")
            .annotate(times=Count("pk"), newest=Max("pk"))
            .filter(times__gt=1)
            .order_by("newest")
            .values_list("newest", flat=True)
        )
        yield Ask("signal", twice, "one rule fired twice for one period")
        open_twice = (
            Deviation.objects.filter(closed_at=None)
            .exclude(**{subject: None})
            .values("rule", subject)
            .annotate(times=Count("pk"), newest=Max("pk"))
            .filter(times__gt=1)
            .order_by("newest")
            .values_list("newest", flat=True)
        )
        yield Ask("deviation", open_twice, "two open deviations of one rule and subject")
    for name in ("first_signal", "last_signal"):
        foreign = ~Q(**{f"{name}__version__rule": F("rule")})
        foreign |= Q(series__isnull=False) & ~Q(**{f"{name}__series": F("series")})
        foreign |= Q(milestone_key__isnull=False) & ~Q(
            **{f"{name}__milestone_key": F("milestone_key")}
        )
        strange = Deviation.objects.filter(foreign)
        yield Ask("deviation", _ids(strange), f"its {name} is of another rule or subject")


def reviews_of_deviations() -> Iterator[Ask]:
    """Fact 2: one open review per subject, one review per deviation that asks for it."""
    reviewed = ReviewDeviation.objects.filter(deviation=OuterRef("pk"))
    closed = Q(series__definition__kpi__area__programme__closed_at__isnull=False)
    closed |= Q(plan__lab__area__programme__closed_at__isnull=False)
    lost = Deviation.objects.filter(
        ~Exists(reviewed), severity=Severity.REVIEW, routed_at__isnull=False
    ).exclude(closed)
    yield Ask("deviation", _ids(lost), "it was routed and is in no review")
    empty = Review.objects.filter(deviations=None)
    yield Ask("review", _ids(empty), "a review without a deviation")
    for subject in ("kpi", "milestone_key"):
        twice = (
            Review.objects.filter(state=Review.State.OPEN)
            .exclude(**{subject: None})
            .values(subject)
            .annotate(times=Count("pk"), newest=Max("pk"))
            .filter(times__gt=1)
            .order_by("newest")
            .values_list("newest", flat=True)
        )
        yield Ask("review", twice, "two open reviews of one subject")
    strange = ReviewDeviation.objects.filter(
        Q(review__kpi__isnull=False)
        & (Q(deviation__series=None) | ~Q(deviation__series__definition__kpi=F("review__kpi")))
        | Q(review__milestone_key__isnull=False)
        & (
            Q(deviation__milestone_key=None)
            | ~Q(deviation__milestone_key=F("review__milestone_key"))
        )
    ).order_by("deviation")
    ids = strange.values_list("deviation", flat=True)
    yield Ask("deviation", ids, "it is in the review of another subject")
    yield from _too_early()


def _too_early() -> Iterator[Ask]:
    """What was before the rule or the KPI took effect, or was loaded as history, opens nothing."""
    before_rule = Deviation.objects.filter(
        first_signal__period_end__lt=F("first_signal__version__applies_from")
    )
    yield Ask("deviation", _ids(before_rule), "opened by a period before its rule applied")
    effective = F("series__definition__effective_from")
    before_effect = Deviation.objects.filter(
        first_signal__period_start__lt=effective, opened_at__date__gte=effective
    )
    yield Ask("deviation", _ids(before_effect), "opened by a period before the KPI took effect")
    of_period = Reading.objects.filter(
        series=OuterRef("series"),
        period_start=OuterRef("first_signal__period_start"),
        period_end=OuterRef("first_signal__period_end"),
    )
    from_history = Deviation.objects.filter(
        Exists(of_period.filter(backfilled=True)),
        ~Exists(of_period.filter(backfilled=False)),
        rule__kind=RuleKind.PROGRESS,
    )
    yield Ask("deviation", _ids(from_history), "opened by a value loaded as history")


def readings() -> Iterator[Ask]:
    """Fact 3: which reading counts is one pointer row, and it points to what still stands."""
    astray = LiveReading.objects.exclude(
        reading__series=F("series"),
        reading__period_start=F("period_start"),
        reading__period_end=F("period_end"),
        reading__source=F("source"),
    )
    yield Ask("live", _ids(astray), "it points to a reading of another place")
    retracted = LiveReading.objects.filter(reading__retraction__isnull=False)
    yield Ask("live", _ids(retracted), "it points to a reading that was taken back")
    standing = Reading.objects.filter(
        ~Exists(Retraction.objects.filter(reading=OuterRef("pk"))), corrects=OuterRef("reading")
    )
    corrected = LiveReading.objects.filter(Exists(standing))
    yield Ask("live", _ids(corrected), "it points to a reading that was corrected")
    for count, text in ((0, "no value of the period counts"), (2, "two values of a period count")):
        places = (
            LiveReading.objects.values(*PLACE)
            .annotate(current=Count("pk", filter=Q(is_current=True)), newest=Max("pk"))
            .filter(**({"current": 0} if count == 0 else {"current__gte": 2}))
            .order_by("newest")
            .values_list("newest", flat=True)
        )
        yield Ask("live", places, text)
    successors = Reading.objects.filter(corrects=OuterRef("pk"))
    lost = Reading.objects.filter(
        ~Exists(Retraction.objects.filter(reading=OuterRef("pk"))),
        ~Exists(successors),
        ~Exists(LiveReading.objects.filter(reading=OuterRef("pk"))),
    )
    yield Ask("reading", _ids(lost), "it stands and nothing points to it")
    other_place = Reading.objects.filter(corrects__isnull=False).exclude(
        corrects__series=F("series"),
        corrects__period_start=F("period_start"),
        corrects__period_end=F("period_end"),
        corrects__source=F("source"),
    )
    yield Ask("reading", _ids(other_place), "it corrects a reading of another place")


def missing_data() -> Iterator[Ask]:
    """Fact 10: what is on track has a value, of the newest period that is due."""
    on_track = SeriesStatus.objects.filter(status=Status.ON_TRACK)
    without = on_track.filter(Q(value=None) | Q(period_end=None)).order_by("series")
    yield Ask("series", without.values_list("series", flat=True), "on track, no value")
    newer = on_track.filter(missing_period_end__gt=F("period_end")).order_by("series")
    ids = newer.values_list("series", flat=True)
    yield Ask("series", ids, "on track, and a newer value is missing")
    live = LiveReading.objects.filter(
        series=OuterRef("series"), period_end=OuterRef("period_end"), is_current=True
    )
    gone = on_track.filter(~Exists(live), series__changed_at=None).order_by("series")
    yield Ask("series", gone.values_list("series", flat=True), "on track, value gone")


def versions() -> Iterator[Ask]:
    """Fact 13: settings and definitions in unbroken versions with reasons; old signals as they were."""
    for fact_of, rows in (("rule", RuleVersion.objects), ("kpi", Definition.objects)):
        gaps = (
            rows.values(fact_of)
            .annotate(many=Count("pk"), last=Max("version"))
            .exclude(many=F("last"))
            .order_by(fact_of)
            .values_list(fact_of, flat=True)
        )
        yield Ask(fact_of, gaps, "a version is missing")
    silent = RuleVersion.objects.filter(reason="")
    yield Ask("rule_version", _ids(silent), "a setting without a reason")
    unsaid = Definition.objects.filter(version__gt=1, reason="")
    yield Ask("definition", _ids(unsaid), "a new meaning without a reason")
    moved = Signal.objects.filter(version__at__gt=F("found_at"))
    yield Ask("signal", _ids(moved), "it is older than the setting it is said to be of")


def _ids(rows):  # type: ignore[no-untyped-def]
    return rows.order_by("pk").values_list("pk", flat=True)

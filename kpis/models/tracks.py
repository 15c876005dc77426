"""What detection reads: the current baseline group of each series, packed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kpis.models.kpis import Series
from people.models import Act


class Baseline(Act):
    """The start of a baseline group of a control chart, with its reason ("rebase").

    A series without one has a single group. ``mean``, ``lower`` and ``upper`` are
    set once, when the programme locks limits after its first points; from then on
    only later points are read. Rows are added, never changed but for that lock;
    one withdrawn with a reason no longer counts.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="baselines")
    starts_on = models.DateField(help_text="First day of the first period of the group")
    reason = models.TextField()
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_points = models.PositiveSmallIntegerField(null=True, blank=True)
    locked_through = models.DateField(null=True, blank=True)
    mean = models.FloatField(null=True, blank=True)
    lower = models.FloatField(null=True, blank=True)
    upper = models.FloatField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta(Act.Meta):
        ordering = ["series", "starts_on"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(
                fields=["series", "starts_on"],
                condition=Q(withdrawn_at=None),
                name="one_baseline_per_start",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="baseline_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="baseline_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} from {self.starts_on}"


class Track(models.Model):
    """The live, current readings of a series' current baseline group, packed for detection.

    Derived from the pointer rows and rewritten by whoever writes those, in the same
    transaction; it can be thrown away and built anew. ``points`` holds one record per
    complete period, oldest first (kpis.rules.portfolio.POINT); ``extras`` what only
    bounds and provisional values need (kpis.rules.portfolio.EXTRA). Reading 10,000 of
    these costs a few per cent of reading their 1,000,000 rows.

    ``since`` is the first day that is judged; the few points before it are there for
    rows and patterns that run into it (flag LEAD). ``earlier`` says which periods before
    those have a value: runs as pairs of days since 1970, first and last.
    """

    series = models.OneToOneField(Series, models.CASCADE, primary_key=True, related_name="track")
    since = models.DateField(null=True, help_text="The first day that is judged; empty: all")
    earlier = models.BinaryField(default=bytes)
    points = models.BinaryField(default=bytes)
    extras = models.BinaryField(default=bytes)
    locked_mean = models.FloatField(null=True, blank=True)
    locked_lower = models.FloatField(null=True, blank=True)
    locked_upper = models.FloatField(null=True, blank=True)

    def __str__(self) -> str:
        return f"track of {self.series_id}"

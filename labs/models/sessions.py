"""What a lab does in its weeks: groups, sessions, and options that are scored and chosen."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab, Seat
from people.models import Act


class WorkingGroup(models.Model):
    """Some seats of a lab with a task of their own."""

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="groups")
    name = models.CharField(_("name"), max_length=200)
    task = models.TextField(_("task"), blank=True)
    seats = models.ManyToManyField(Seat, related_name="groups", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "name"], name="one_group_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Session(Act):
    """A sitting of the lab or of one of its groups."""

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="sessions")
    group = models.ForeignKey(
        WorkingGroup, models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    changed_because = models.CharField(
        max_length=300, blank=True, help_text="Why it was last moved or changed"
    )
    cancelled_because = models.CharField(max_length=300, blank=True)

    class Meta(Act.Meta):
        ordering = ["starts_at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SessionRecord(Act):
    """Minutes (private to the lab) or an output (public to readers). Added to, never changed."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("minutes")
        OUTPUT = "output", _("output")

    session = models.ForeignKey(Session, models.PROTECT, related_name="records")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.TextField(_("text"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.session}"


class Attendance(models.Model):
    """Who came for a seat, in which office and rank (1 is the highest), as it was then."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    delegate = models.BooleanField(_("came for somebody else"), default=False)

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "seat"], name="one_attendance_per_seat_and_session"
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=False) | ~Q(name=""), name="somebody_came"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} at {self.session}"


class Criterion(models.Model):
    """What options are weighed by. Fixed for the whole lab before anybody scores."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="criteria")
    name = models.CharField(_("criterion"), max_length=200)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["lab", "name"], name="one_criterion_per_name"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.name


class Option(models.Model):
    """One way to answer the lab's question."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="options")
    title = models.CharField(_("option"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "title"], name="one_option_per_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Score(Act):
    """How one seat scores one option on one criterion, 0 to 10. A later score counts instead."""

    option = models.ForeignKey(Option, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(
        _("score"), validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text="On what it rests, if entered for the seat"
    )

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=Q(value__lte=10), name="score_at_most_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.option}, {self.criterion}: {self.value}"


class OptionChoice(Act):
    """Which option the lab chose, and why. A later choice supersedes an earlier one."""

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="choices")
    option = models.ForeignKey(Option, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="option_chosen_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lab}: {self.option}"

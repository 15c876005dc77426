"""Labs, the seats in them, and how a lab comes to be."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labs.models.programmes import ResultArea
from people.models import Act


class Method(models.TextChoices):
    LAB = "lab", _("lab")
    PDIA = "pdia", _("problem-driven iterative adaptation")
    EFA = "efa", _("experiment, feedback, adaptation")
    FIXED = "fixed", _("fixed contract")


class Lab(Act):
    """Some weeks in which the stakeholders of one domain make a plan."""

    area = models.ForeignKey(ResultArea, models.PROTECT, related_name="labs")
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("question"), help_text=_("The problem the lab is to solve"))
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.LAB)
    is_mini = models.BooleanField(_("mini-lab"), default=False)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    steering = models.ForeignKey(
        "forums.Forum",
        models.PROTECT,
        related_name="+",
        verbose_name=_("steering committee"),
    )
    decision = models.ForeignKey(
        "forums.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The decision that asked for it: of mini-labs and reconvened labs",
    )
    reconvenes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reconvened"
    )
    criteria_fixed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    restricted_to = models.ManyToManyField("forums.Forum", related_name="+", blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta(Act.Meta):
        ordering = ["-starts_on", "title"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="lab_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Intake(Act):
    """Whether a question suits a lab: a shared problem, and real uncertainty.

    "Not suited" is an outcome like the other, with its reason and what would suit.
    """

    class Outcome(models.TextChoices):
        SUITED = "suited", _("suited")
        NOT_SUITED = "not_suited", _("not suited")

    area = models.ForeignKey(ResultArea, models.PROTECT, related_name="intakes")
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("question"))
    shared_problem = models.BooleanField(_("a shared problem"))
    shared_problem_why = models.TextField(_("why"))
    uncertainty = models.BooleanField(_("real uncertainty"))
    uncertainty_why = models.TextField(_("why"))
    method = models.CharField(_("method that suits"), max_length=10, choices=Method, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.TextField(_("reason"))
    instead = models.TextField(_("what would suit instead"), blank=True)
    lab = models.OneToOneField(Lab, models.PROTECT, null=True, blank=True, related_name="intake")

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="intake_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="suited") | Q(lab=None), name="no_lab_for_what_does_not_suit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.outcome}"


class ProblemStatement(Act):
    """What the problem is, as understood then. A later version adds, none is changed."""

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="problem_statements")
    version = models.PositiveSmallIntegerField()
    text = models.TextField(_("the problem"))
    causes = models.TextField(_("its causes, as far as known"), blank=True)
    reason = models.TextField(_("why it reads differently now"), blank=True)

    class Meta(Act.Meta):
        ordering = ["-version"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["lab", "version"], name="one_statement_per_version"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="restated_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lab}: problem, version {self.version}"


class Seat(models.Model):
    """An organisation's place in a lab, with or without a recorded mandate."""

    class Kind(models.TextChoices):
        CORE = "core", _("core")
        INVITED = "invited", _("invited")

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CORE)
    group = models.ForeignKey(
        "labs.ReferenceItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stakeholder group"),
    )
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    mandate = models.CharField(
        _("mandate"),
        max_length=300,
        blank=True,
        help_text=_("What the seat may commit its organisation to; empty if none is recorded"),
    )

    class Meta:
        ordering = ["kind", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "organisation"], name="one_seat_per_organisation"
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="seat_has_people"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.lab}"


class SeatInterest(Act):
    """What a seat declares it stands to gain or lose. Withdrawn, not erased."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="interests")
    text = models.TextField(_("interest"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Lesson(Act):
    """What was learned, offered to whoever faces the same."""

    class Layer(models.TextChoices):
        PUBLIC = "public", _("public sector")
        EDUCATION = "education", _("education and research")
        BUSINESS = "business", _("business")

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="lessons")
    lab = models.ForeignKey(Lab, models.PROTECT, null=True, blank=True, related_name="lessons")
    initiative_key = models.UUIDField(null=True, blank=True)
    title = models.CharField(_("lesson"), max_length=200)
    text = models.TextField(_("what happened, and what follows"))
    instrument = models.ForeignKey(
        "labs.ReferenceItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("instrument"),
    )
    cause = models.CharField(
        _("cause"), max_length=20, blank=True, help_text="As a review names it; empty: none"
    )
    layer = models.CharField(_("layer"), max_length=10, choices=Layer, default=Layer.PUBLIC)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.title


class LessonTerm(models.Model):
    """A word of a lesson as the search keeps it: folded and stemmed, with its weight."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="terms")
    term = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "term"], name="one_row_per_lesson_and_term"),
        ]
        indexes = [models.Index(fields=["term"], name="lesson_term")]

    def __str__(self) -> str:
        return self.term


class LabLesson(models.Model):
    """A lesson a lab begins with."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="begins_with")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lab", "lesson"], name="one_lesson_per_lab"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson} in {self.lab}"

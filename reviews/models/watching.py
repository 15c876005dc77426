"""What waits for whom, what was asked after the event, and what an audit found to be stuck."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Prompt(models.Model):
    """Something that waits for a person: they are told, and told again until it is done.

    ``key`` as in "dispute:17:rule". Done when it no longer waits for them, by whatever way.
    """

    user = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    decide = models.BooleanField(default=False, help_text="It is theirs to decide")
    restricted = models.BooleanField(default=False, help_text="Not named in a mail")
    since = models.DateTimeField()
    again_on = models.DateField(help_text="Next day they are told again")
    times = models.PositiveSmallIntegerField(default=1)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=Q(done_at=None), name="one_open_prompt_per_key"
            ),
        ]
        indexes = [
            models.Index(fields=["again_on"], condition=Q(done_at=None), name="prompt_to_repeat"),
        ]

    def __str__(self) -> str:
        return self.key


class LessonAsk(models.Model):
    """A lesson asked for when a review, a lab or a half-year of a forum ended.

    Answered by a lesson, or by "nothing new", which is counted.
    """

    class Answer(models.TextChoices):
        LESSON = "lesson", _("a lesson")
        NOTHING_NEW = "nothing_new", _("nothing new")

    programme = models.ForeignKey(
        "labs.Programme", models.PROTECT, null=True, blank=True, related_name="+"
    )
    review = models.OneToOneField(
        "reviews.Review", models.PROTECT, null=True, blank=True, related_name="+"
    )
    lab = models.OneToOneField("labs.Lab", models.PROTECT, null=True, blank=True, related_name="+")
    meeting = models.OneToOneField(
        "forums.Meeting", models.PROTECT, null=True, blank=True, related_name="+"
    )
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=Answer, blank=True)
    lesson = models.ForeignKey("labs.Lesson", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False, lab=None, meeting=None)
                | Q(review=None, lab__isnull=False, meeting=None)
                | Q(review=None, lab=None, meeting__isnull=False),
                name="lesson_asked_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None, lesson=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="lesson_answered_who_when_what",
            ),
            models.CheckConstraint(
                condition=Q(answer="lesson", lesson__isnull=False)
                | (~Q(answer="lesson") & Q(lesson=None)),
                name="lesson_answer_has_its_lesson",
            ),
        ]

    def __str__(self) -> str:
        return f"lesson asked {self.pk}"


class AuditRun(models.Model):
    """One run of the audit: what it looked at, and how much of it was stuck or broken."""

    at = models.DateTimeField()
    counts = models.JSONField(default=dict, help_text="Check -> how many it found")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"audit of {self.at:%Y-%m-%d %H:%M}"


class Stall(models.Model):
    """Something that should have moved and did not, from when it was found until it was gone.

    The audit repairs nothing: it says so here, on the health page and in the ledger.
    """

    check_code = models.CharField(max_length=40)
    key = models.CharField(max_length=80, help_text='As in "dispute:17"')
    detail = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    restricted = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_code", "key"],
                condition=Q(gone_at=None),
                name="one_open_stall_per_check_and_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.key}"


class ConflictRoute(Act):
    """A dispute sent to a conflict forum instead of the forum for common work, and why."""

    dispute = models.OneToOneField("reviews.Dispute", models.PROTECT, related_name="+")
    away_from = models.ForeignKey("forums.Forum", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_route_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"away from {self.away_from}"

"""Breakdowns of a total: dimensions, their members, and the cells they cut it into."""

from __future__ import annotations

from django.db import models


class Dimension(models.Model):
    """A way to break a total down: region, trust, firm size."""

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="one_dimension_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """One value of a dimension, dated."""

    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="members")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "code"], name="one_member_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Cell(models.Model):
    """A combination of members; the total is a cell too, with key "total"."""

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=300)
    starts_on = models.DateField(
        null=True, blank=True, help_text="From when until when all its members exist"
    )
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="one_cell_per_key"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_total(self) -> bool:
        return self.key == "total"


class CellMember(models.Model):
    """One member of a breakdown that a cell is cut by (region = North)."""

    cell = models.ForeignKey(Cell, models.CASCADE, related_name="members")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cell", "member"], name="one_place_per_member"),
        ]

    def __str__(self) -> str:
        return str(self.member)

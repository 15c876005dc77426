"""Reference lists: what programmes choose from, editable, every version kept."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class List(models.TextChoices):
    INSTRUMENT = "instrument", _("instruments")
    SECTOR = "sector", _("sectors")
    STAKEHOLDER_GROUP = "stakeholder_group", _("stakeholder groups")
    TARGET_GROUP = "target_group", _("target groups")
    OBSTACLE = "obstacle", _("kinds of obstacles")
    FIRM_SIZE = "firm_size", _("firm sizes")
    SUPPLIER_TIER = "supplier_tier", _("supplier tiers")
    GOVERNANCE = "governance", _("governance of value chains")
    UPGRADING = "upgrading", _("types of upgrading")
    SUPPORT = "support", _("kinds of support")


class ReferenceItem(models.Model):
    """One version of one entry. Rows that name it keep the version they were written with.

    ``labels``: the label in other languages, {"es": …}. ``low`` and ``high``: bounds in
    persons employed, of firm sizes only, each included; they differ by country and date.
    ``support``: the kind of support an instrument gives, by its code; of instruments only.
    """

    list = models.CharField(_("list"), max_length=20, choices=List)
    code = models.SlugField(_("code"), max_length=60)
    country = models.CharField(_("country"), max_length=10, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(_("name"), max_length=200)
    labels = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    low = models.PositiveIntegerField(_("from, persons employed"), null=True, blank=True)
    high = models.PositiveIntegerField(_("to, persons employed"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    support = models.SlugField(_("kind of support it gives"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="No longer offered; what names it keeps it"
    )

    class Meta:
        ordering = ["list", "country", "position", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "code", "country", "version"], name="one_item_per_version"
            ),
            models.UniqueConstraint(
                fields=["list", "code", "country"],
                condition=Q(superseded_at=None),
                name="one_newest_version_per_item",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")),
                name="item_bounds_in_order",
            ),
        ]

    def __str__(self) -> str:
        """The label in the language of the page, or as it was written."""
        language = (get_language() or "").split("-")[0]
        return str(self.labels.get(language) or self.label)

"""Reference lists: what is offered, for whom and on which day."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from labs.models import ReferenceItem
from labs.models.reference import List


def items(list: str, country: str = "") -> QuerySet[ReferenceItem]:
    """The newest versions of the entries of a list that are offered, in their order.

    With a country, its own entries stand in for the general ones of the same code; firm
    sizes of a country replace all general ones, for bounds are never mixed.
    """
    found = ReferenceItem.objects.filter(list=list, superseded_at=None, retired_at=None)
    if not country:
        return found.filter(country="").order_by("position", "label")
    own = found.filter(country=country)
    if list != List.FIRM_SIZE:
        own = own.filter(code=OuterRef("code"))
    general = Q(country="") & ~Exists(own)
    return found.filter(Q(country=country) | general).order_by("position", "label")


def firm_sizes(country: str, on: date) -> list[ReferenceItem]:
    """The firm sizes that hold in a country on a day; the general ones where it has none.

    Of each size the version with the newest day of validity not after ``on``; a version
    without a day holds from ever. Of two versions for one day the later one corrects.
    """
    held: dict[str, dict[str, ReferenceItem]] = {country: {}, "": {}}
    versions = ReferenceItem.objects.filter(list=List.FIRM_SIZE, country__in=held)
    for each in versions.order_by(F("valid_from").asc(nulls_first=True), "version"):
        if each.valid_from is None or each.valid_from <= on:
            held[each.country][each.code] = each
    chosen = [each for each in held[country].values() if each.retired_at is None]
    chosen = chosen or [each for each in held[""].values() if each.retired_at is None]
    return sorted(chosen, key=lambda each: (each.low or 0, each.position))


def kept(list: str, country: str = "") -> QuerySet[ReferenceItem]:
    """The newest version of every entry of a list for its page, retired ones last."""
    found = ReferenceItem.objects.filter(list=list, country=country, superseded_at=None)
    return found.order_by(F("retired_at").asc(nulls_first=True), "position", "label")


def versions(item: ReferenceItem) -> QuerySet[ReferenceItem]:
    """Every version of an entry, newest first."""
    same = ReferenceItem.objects.filter(list=item.list, code=item.code, country=item.country)
    return same.order_by("-version")


def countries() -> list[str]:
    """The countries that have entries of their own."""
    found = ReferenceItem.objects.exclude(country="").order_by("country")
    return sorted(set(found.values_list("country", flat=True)))

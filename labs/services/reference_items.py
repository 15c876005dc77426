"""Changing the reference lists: a change adds a version, the one before is superseded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from labs.models import ReferenceItem
from labs.models.reference import List
from labs.rules import ranks, sizes
from labs.selectors import reference
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

# What a version takes over from the one before.
KEPT = (
    *("list", "code", "country", "label", "labels", "note"),
    *("low", "high", "valid_from", "support", "position", "retired_at"),
)


class ItemRefused(Refused):
    message = _("The entry cannot be kept like this. Mend what is marked.")
    code = "reference_item"


class ItemChanged(Refused):
    message = _(
        "Somebody changed this entry since you opened it. Open its newest version and"
        " make your change there."
    )
    code = "reference_item_changed"


class SizesRefused(Refused):
    message = _("Each number of persons must belong to exactly one size. Mend what is marked.")
    code = "firm_sizes"


@transaction.atomic
def add(
    *,
    list: str,
    label: str,
    labels: Mapping[str, str],
    note: str = "",
    country: str = "",
    support: str = "",
    by: Actor,
    at: datetime,
) -> ReferenceItem:
    """Add an entry at the end of its list. Raises ItemRefused (no label, or one that exists)."""
    label = _checked(label)
    same = ReferenceItem.objects.filter(list=list, country=country)
    code = slugify(label)[:60] or "entry"
    if same.filter(code=code).exists():
        raise ItemRefused(
            fields={"label": _("The list has an entry of this name. Change that one instead.")}
        )
    item = ReferenceItem.objects.create(
        list=list,
        code=code,
        country=country,
        label=label,
        labels=_labels(labels),
        note=note.strip(),
        support=_support(list, support),
        position=same.filter(superseded_at=None).count() + 1,
        written_at=at,
    )
    _record("reference.added", item, by, at)
    return item


@transaction.atomic
def edit(
    *,
    item: ReferenceItem,
    label: str,
    labels: Mapping[str, str],
    note: str = "",
    support: str = "",
    by: Actor,
    at: datetime,
) -> ReferenceItem:
    """The next version of an entry; what names the old one keeps it.

    Raises ItemRefused, ItemChanged when ``item`` is no longer the newest version.
    """
    values = {
        "label": _checked(label),
        "labels": _labels(labels),
        "note": note.strip(),
        "support": _support(item.list, support),
    }
    if all(getattr(item, name) == value for name, value in values.items()):
        return item
    made = _next_version(item, values, at)
    _record("reference.changed", made, by, at)
    return made


@transaction.atomic
def retire(*, item: ReferenceItem, by: Actor, at: datetime) -> ReferenceItem:
    """Offer an entry no more; what names it keeps it. Twice changes nothing."""
    newest = ReferenceItem.objects.filter(pk=item.pk, superseded_at=None)
    if not newest.exists():
        raise ItemChanged
    if newest.filter(retired_at=None).update(retired_at=at) == 1:
        _record("reference.retired", item, by, at)
    item.refresh_from_db()
    return item


@transaction.atomic
def offer_again(*, item: ReferenceItem, by: Actor, at: datetime) -> ReferenceItem:
    """Take a retirement back. Twice changes nothing."""
    newest = ReferenceItem.objects.filter(pk=item.pk, superseded_at=None)
    if newest.exclude(retired_at=None).update(retired_at=None) == 1:
        _record("reference.offered_again", item, by, at)
    item.refresh_from_db()
    return item


@transaction.atomic
def move(*, item: ReferenceItem, up: bool, by: Actor, at: datetime) -> ReferenceItem:
    """Move an entry one place in its list. Its place is no part of what it says: no version."""
    listed = ReferenceItem.objects.filter(
        list=item.list, country=item.country, superseded_at=None, retired_at=None
    ).order_by("position", "label", "pk")
    rows = {each.pk: each for each in listed}
    if item.pk not in rows:
        raise ItemChanged
    before = tuple(rows)
    after = ranks.moved(before, item.pk, up=up)
    if tuple(after) == before:
        return item
    for pk, place in ranks.ranks(after).items():
        rows[pk].position = place
    ReferenceItem.objects.bulk_update(rows.values(), ["position"])
    events.record(
        verb="reference.moved",
        subject=item,
        by=by,
        at=at,
        data={"list": item.list, "code": item.code, "up": up},
    )
    return rows[item.pk]


@transaction.atomic
def set_sizes(
    *,
    country: str,
    bounds: Mapping[str, tuple[int | None, int | None]],
    valid_from: date | None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """The firm sizes of a country from a day: bounds by code, smallest first. Returns how many.

    A size that stays as it was gets no version. Raises SizesRefused, with a message per
    size, when they overlap, leave a gap or are out of order.
    """
    wrong = sizes.problems([sizes.Size(code, *both) for code, both in bounds.items()])
    if wrong:
        raise SizesRefused(fields=_by_size(wrong))
    general = {each.code: each for each in reference.items(List.FIRM_SIZE)}
    newest = ReferenceItem.objects.filter(list=List.FIRM_SIZE, country=country, superseded_at=None)
    held = {each.code: each for each in newest}
    changed = []
    for place, (code, (low, high)) in enumerate(bounds.items(), start=1):
        values = {"low": low, "high": high, "valid_from": valid_from, "note": note.strip()}
        old = held.get(code)
        if old is None:
            given = general[code]
            item = ReferenceItem.objects.create(
                list=List.FIRM_SIZE,
                code=code,
                country=country,
                label=given.label,
                labels=given.labels,
                position=place,
                written_at=at,
                **values,
            )
        elif any(getattr(old, name) != value for name, value in values.items()):
            item = _next_version(old, values, at)
        else:
            continue
        changed.append(item.pk)
    if changed:
        events.record(
            verb="reference.sizes_set",
            subject=("labs.referenceitem", f"{List.FIRM_SIZE}:{country}"),
            by=by,
            at=at,
            data={"country": country, "entries": changed, "valid_from": valid_from},
            texts={"note": note.strip()},
        )
    return len(changed)


def _next_version(item: ReferenceItem, values: Mapping[str, object], at: datetime) -> ReferenceItem:
    newest = ReferenceItem.objects.filter(pk=item.pk, superseded_at=None)
    if newest.update(superseded_at=at) != 1:
        raise ItemChanged
    fields = {name: getattr(item, name) for name in KEPT} | dict(values)
    return ReferenceItem.objects.create(**fields, version=item.version + 1, written_at=at)


def _checked(label: str) -> str:
    label = label.strip()
    if not label or len(label) > 200:
        raise ItemRefused(fields={"label": _("Write a name of at most 200 characters.")})
    return label


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in labels.items() if text.strip()}


def _support(name: str, support: str) -> str:
    return support if name == List.INSTRUMENT else ""


def _by_size(wrong: list[sizes.Problem]) -> dict[str, str]:
    """One sentence per size that is wrong."""
    texts = {
        "missing": _("Write from how many persons this size begins."),
        "order": _("The upper bound must not be below the lower one."),
        "open": _("Write an upper bound: a larger size follows."),
        "overlap": _("%(first)d to %(last)d persons belong to the size before as well."),
        "gap": _("%(first)d to %(last)d persons belong to no size."),
    }
    return {
        f"{'high' if each.kind == 'open' else 'low'}_{each.code}": str(texts[each.kind])
        % {"first": each.first, "last": each.last}
        for each in wrong
    }


def _record(verb: str, item: ReferenceItem, by: Actor, at: datetime) -> None:
    events.record(
        verb=verb,
        subject=item,
        by=by,
        at=at,
        data={
            "list": item.list,
            "code": item.code,
            "country": item.country,
            "version": item.version,
            "low": item.low,
            "high": item.high,
            "valid_from": item.valid_from,
        },
        texts={"label": item.label, "note": item.note},
    )

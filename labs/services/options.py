"""Options, weighted criteria that are fixed before anybody scores, scores, and the choice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from labs.models import Criterion, Lab, Option, OptionChoice, Score, Seat
from labs.services import lab_events
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

HEAVIEST = Decimal("9999.99")


class OptionRefused(Refused):
    message = _("This cannot be kept like this. Mend what is marked.")
    code = "option"


class CriteriaFixed(Refused):
    message = _("The criteria are fixed: they no longer change, so that no score decides them.")
    code = "criteria_fixed"


class CriteriaOpen(Refused):
    message = _("The criteria are not fixed yet. Fix them first; then the seats score.")
    code = "criteria_open"


class NothingToFix(Refused):
    message = _("There is no criterion yet. Add at least one, then fix them.")
    code = "nothing_to_fix"


class OptionInUse(Refused):
    message = _("This option has been scored or chosen and stays where it is.")
    code = "option_in_use"


@transaction.atomic
def add_option(*, lab: Lab, title: str, description: str = "", by: Actor, at: datetime) -> Option:
    """One more way to answer the lab's question. Raises OptionRefused, LabOver."""
    lab_events.require_running(lab)
    _check_title(lab.options.all(), title, "title", 200)
    option = Option.objects.create(
        lab=lab,
        title=title.strip(),
        description=description.strip(),
        position=_next(lab.options.aggregate(last=Max("position"))["last"]),
    )
    texts = {"title": option.title, "description": option.description}
    lab_events.record("option.added", option, lab, by=by, at=at, texts=texts)
    return option


@transaction.atomic
def change_option(
    *, option: Option, title: str, description: str = "", by: Actor, at: datetime
) -> Option:
    """Say an option better, as long as nobody has scored it. Raises OptionInUse."""
    lab_events.require_running(option.lab)
    _check_title(option.lab.options.exclude(pk=option.pk), title, "title", 200)
    _require_unused(option)
    option.title, option.description = title.strip(), description.strip()
    Option.objects.filter(pk=option.pk).update(title=option.title, description=option.description)
    texts = {"title": option.title, "description": option.description}
    lab_events.record("option.changed", option, option.lab, by=by, at=at, texts=texts)
    return option


@transaction.atomic
def remove_option(*, option: Option, by: Actor, at: datetime) -> None:
    """Take an option away that nobody has scored or chosen. Raises OptionInUse."""
    lab_events.require_running(option.lab)
    _require_unused(option)
    pk = option.pk
    if Option.objects.filter(pk=pk).delete()[0]:
        option.pk = pk
        lab_events.record(
            "option.removed", option, option.lab, by=by, at=at, texts={"title": option.title}
        )


@transaction.atomic
def add_criterion(*, lab: Lab, name: str, weight: Decimal, by: Actor, at: datetime) -> Criterion:
    """One more criterion, while they are not fixed. Raises OptionRefused, CriteriaFixed."""
    _claim_open(lab)
    _check_criterion(lab.criteria.all(), name, weight)
    criterion = Criterion.objects.create(
        lab=lab,
        name=name.strip(),
        weight=weight,
        position=_next(lab.criteria.aggregate(last=Max("position"))["last"]),
    )
    _record_criterion("criterion.added", criterion, by, at)
    return criterion


@transaction.atomic
def change_criterion(
    *, criterion: Criterion, name: str, weight: Decimal, by: Actor, at: datetime
) -> Criterion:
    """Another name or weight, while they are not fixed. Raises as ``add_criterion``."""
    _claim_open(criterion.lab)
    _check_criterion(criterion.lab.criteria.exclude(pk=criterion.pk), name, weight)
    criterion.name, criterion.weight = name.strip(), weight
    Criterion.objects.filter(pk=criterion.pk).update(name=criterion.name, weight=weight)
    _record_criterion("criterion.changed", criterion, by, at)
    return criterion


@transaction.atomic
def remove_criterion(*, criterion: Criterion, by: Actor, at: datetime) -> None:
    """Take a criterion away, while they are not fixed. Raises CriteriaFixed."""
    _claim_open(criterion.lab)
    pk = criterion.pk
    if Criterion.objects.filter(pk=pk).delete()[0]:
        criterion.pk = pk
        _record_criterion("criterion.removed", criterion, by, at)


@transaction.atomic
def fix_criteria(*, lab: Lab, by: Actor, at: datetime) -> Lab:
    """Fix the criteria for good; from now on the seats score.

    Fixing them twice changes nothing the second time. Raises NothingToFix, LabOver.
    """
    lab_events.require_running(lab)
    if not lab.criteria.exists():
        raise NothingToFix
    if Lab.objects.filter(pk=lab.pk, criteria_fixed_at=None).update(criteria_fixed_at=at) == 1:
        weights = {str(row.pk): str(row.weight) for row in lab.criteria.all()}
        lab_events.record("criteria.fixed", lab, lab, by=by, at=at, data={"weights": weights})
    lab.refresh_from_db(fields=["criteria_fixed_at"])
    return lab


@transaction.atomic
def score(
    *,
    lab: Lab,
    seat: Seat,
    values: Mapping[tuple[int, int], int],
    note: str = "",
    needs_note: bool = False,
    by: Actor,
    at: datetime,
) -> list[Score]:
    """A seat's scores, 0 to 10, by (option, criterion); a later score counts instead.

    ``needs_note``: entered on the seat's behalf, which says on what it rests. Scores
    that are as they were add nothing. Raises CriteriaOpen, OptionRefused, LabOver.
    """
    lab_events.require_running(lab)
    if not Lab.objects.filter(pk=lab.pk, criteria_fixed_at__isnull=False).exists():
        raise CriteriaOpen
    if seat.lab_id != lab.pk:
        raise OptionRefused(fields={"seat": str(_("Choose a seat of this lab."))})
    if needs_note and not note.strip():
        ask = _("Say on what these scores rest: who gave them, when, how.")
        raise OptionRefused(fields={"note": str(ask)})
    _check_values(lab, values)
    newest = {
        (row.option_id, row.criterion_id): row.value
        for row in Score.objects.filter(option__lab=lab, seat=seat).order_by("at", "pk")
    }
    made = Score.objects.bulk_create(
        Score(
            option_id=option,
            criterion_id=criterion,
            seat=seat,
            value=value,
            note=note.strip()[:300],
            at=at,
            **Score.fields_of(by),
        )
        for (option, criterion), value in values.items()
        if newest.get((option, criterion)) != value
    )
    if made:
        lab_events.record(
            "options.scored",
            lab,
            lab,
            by=by,
            at=at,
            data={
                "seat": seat.pk,
                "scores": [[row.option_id, row.criterion_id, row.value] for row in made],
                "on_behalf": needs_note,
            },
            texts={"note": note.strip()},
        )
    return made


@transaction.atomic
def choose(*, option: Option, reason: str, by: Actor, at: datetime) -> OptionChoice:
    """Which option the lab chose, and why; a later choice supersedes, with its own reason.

    It need not be the one that scored best. Raises OptionRefused, LabOver.
    """
    lab_events.require_running(option.lab)
    if not reason.strip():
        raise OptionRefused(fields={"reason": str(_("Say why the lab chose this option."))})
    earlier = OptionChoice.objects.filter(lab=option.lab).first()
    if earlier is not None and earlier.option_id == option.pk:
        raise OptionRefused(fields={"option": str(_("This option is the lab's choice already."))})
    choice = OptionChoice.objects.create(
        lab=option.lab,
        option=option,
        reason=reason.strip(),
        at=at,
        **OptionChoice.fields_of(by),
    )
    lab_events.record(
        "option.chosen",
        choice,
        option.lab,
        by=by,
        at=at,
        data={"option": option.pk, "supersedes": earlier.pk if earlier else None},
        texts={"reason": choice.reason},
    )
    return choice


def _claim_open(lab: Lab) -> None:
    """Hold the lab's row while its criteria are open, so that fixing them comes before or after."""
    lab_events.require_running(lab)
    if Lab.objects.filter(pk=lab.pk, criteria_fixed_at=None).update(criteria_fixed_at=None) != 1:
        raise CriteriaFixed


def _require_unused(option: Option) -> None:
    if option.scores.exists() or OptionChoice.objects.filter(option=option).exists():
        raise OptionInUse


def _check_title(others: QuerySet[Any], title: str, field: str, longest: int) -> None:
    said = title.strip()
    if not said or len(said) > longest:
        said = str(_("Write a title of at most %(longest)d characters.") % {"longest": longest})
        raise OptionRefused(fields={field: said})
    if others.filter(**{field: said}).exists():
        said = str(_("This lab has one of this name already. Choose one that differs."))
        raise OptionRefused(fields={field: said})


def _check_criterion(others: QuerySet[Criterion], name: str, weight: Decimal) -> None:
    _check_title(others, name, "name", 200)
    if not 0 < weight <= HEAVIEST:
        ask = _("Give a weight over 0 and under 10,000.")
        raise OptionRefused(fields={"weight": str(ask)})


def _check_values(lab: Lab, values: Mapping[tuple[int, int], int]) -> None:
    options = set(lab.options.values_list("pk", flat=True))
    criteria = set(lab.criteria.values_list("pk", flat=True))
    if any(option not in options or criterion not in criteria for option, criterion in values):
        raise OptionRefused(str(_("An option is no longer there. Look at the page again.")))
    wrong = {
        f"score_{option}_{criterion}": str(_("Score from 0 to 10."))
        for (option, criterion), value in values.items()
        if not 0 <= value <= 10
    }
    if wrong:
        raise OptionRefused(fields=wrong)


def _record_criterion(verb: str, criterion: Criterion, by: Actor, at: datetime) -> None:
    lab_events.record(
        verb,
        criterion,
        criterion.lab,
        by=by,
        at=at,
        data={"weight": str(criterion.weight)},
        texts={"name": criterion.name},
    )


def _next(last: int | None) -> int:
    return 0 if last is None else last + 1

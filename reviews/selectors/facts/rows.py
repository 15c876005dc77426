"""Fact 11: who, when and what are all set or all empty; each constraint asked once more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper

from reviews.selectors.facts.found import Ask

APPS = ("ledger", "people", "forums", "labs", "kpis", "reviews")


def whole() -> Iterator[Ask]:
    """Fact 11: rows that a constraint would refuse, whether or not the database still has it.

    As in the database, what cannot be told (null) passes.
    """
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for constraint in model._meta.constraints:
                if isinstance(constraint, models.CheckConstraint):
                    name = f"against the constraint {constraint.name}"
                    yield Ask(str(model._meta.model_name), _against(model, constraint), name)


def _against(
    model: type[models.Model], constraint: models.CheckConstraint
) -> models.QuerySet[Any, Any]:
    condition: Any = constraint.condition
    holds = ExpressionWrapper(condition, output_field=BooleanField())
    rows = model._default_manager.annotate(holds=holds).filter(holds=False)
    return rows.values_list("pk", flat=True)

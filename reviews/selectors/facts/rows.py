"""Fact 11: who, when and what are all set or all empty; each constraint asked once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from django.apps import apps
from django.db import connection, models
from django.db.models import BooleanField, CharField, ExpressionWrapper, Value
from django.db.models.functions import Cast, Concat

from reviews.selectors.facts.found import Broken

APPS = ("ledger", "people", "forums", "labs", "kpis", "reviews")


def whole(at: datetime) -> Iterator[Broken]:
    """Fact 11: rows that a constraint would refuse, whether or not the database still has it.

    One statement over all tables. As in the database, what cannot be told (null) passes.
    """
    statement, params = _statement(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found = sorted(cursor.fetchall())
    for key, name in found:
        yield Broken(11, key, f"against the constraint {name}")


@cache
def _statement(vendor: str) -> tuple[str, tuple[object, ...]]:
    """A union of one query per check constraint of our models."""
    texts, params = [], []
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for constraint in model._meta.constraints:
                if isinstance(constraint, models.CheckConstraint):
                    text, given = _query(model, constraint).query.sql_with_params()
                    texts.append(text)
                    params += given
    return " UNION ALL ".join(texts), tuple(params)


def _query(
    model: type[models.Model], constraint: models.CheckConstraint
) -> models.QuerySet[models.Model, tuple[str, str]]:
    holds = ExpressionWrapper(constraint.condition, output_field=BooleanField())
    key = Concat(
        Value(f"{model._meta.model_name}:"),
        Cast("pk", CharField()),
        output_field=CharField(),
    )
    rows = model._default_manager.annotate(holds=holds).filter(holds=False).order_by()
    return rows.values_list(key, Value(constraint.name, output_field=CharField()))

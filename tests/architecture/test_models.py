"""Every model keeps the house rules."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.db.models.expressions import F

# Each app may point at itself and at those after it.
ORDER = ["reviews", "kpis", "labs", "forums", "people", "ledger"]
OURS = [model for label in ORDER for model in apps.get_app_config(label).get_models()]


def relations() -> Iterator[tuple[type[models.Model], models.Field]]:
    for model in OURS:
        for field in model._meta.get_fields(include_hidden=True):
            if field.concrete and field.is_relation and field.model is model:
                yield model, field


def across() -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model, field in relations()
        if field.related_model._meta.app_label != model._meta.app_label
    ]


def name(model: type[models.Model], field: models.Field) -> str:
    return f"{model._meta.label}.{field.name}"


def test_foreign_keys_across_apps_follow_the_imports() -> None:
    wrong = []
    for model, field in across():
        if field.remote_field.parent_link:
            continue
        target = field.related_model._meta.app_label
        here = model._meta.app_label
        if target in ORDER and ORDER.index(target) < ORDER.index(here):
            wrong.append(f"{name(model, field)} points up at {target}")
    assert wrong == []


def test_foreign_keys_across_apps_have_no_reverse_name() -> None:
    wrong = [
        name(model, field)
        for model, field in across()
        if field.related_model._meta.app_label in ORDER
        and not (field.remote_field.related_name or "").endswith("+")
    ]
    assert wrong == []


def test_nothing_points_out_of_the_ledger() -> None:
    assert [
        name(model, field) for model, field in across() if model._meta.app_label == "ledger"
    ] == []


def test_no_generic_foreign_keys() -> None:
    wrong = [
        model._meta.label
        for model in OURS
        if any(isinstance(field, GenericForeignKey) for field in model._meta.private_fields)
    ]
    assert wrong == []


@pytest.mark.parametrize("method", ["save", "delete"])
def test_no_model_overrides(method: str) -> None:
    wrong = [
        model._meta.label
        for model in OURS
        for base in inspect.getmro(model)
        if base.__module__.split(".")[0] in ORDER and method in vars(base)
    ]
    assert wrong == []


def test_every_model_says_what_it_is() -> None:
    wrong = [
        model._meta.label
        for model in OURS
        if not (model.__doc__ or "").strip() or model.__doc__.startswith(f"{model.__name__}(")
    ]
    assert wrong == []


def pairs() -> list[tuple[type[models.Model], str, str]]:
    """Nullable ``x_at`` with a nullable ``x_by`` beside it."""
    found = []
    for model in OURS:
        nullable = {field.name for field in model._meta.concrete_fields if field.null}
        found += [
            (model, moment, f"{moment[:-3]}_by")
            for moment in sorted(nullable)
            if moment.endswith("_at") and f"{moment[:-3]}_by" in nullable
        ]
    return found


def test_who_and_when_are_all_set_or_all_empty() -> None:
    """Fact 11: a check constraint names both, so that neither stands alone."""
    wrong = [
        f"{model._meta.label}: {moment} and {who}"
        for model, moment, who in pairs()
        if not any(
            {moment, who} <= named(constraint.condition)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
        )
    ]
    assert wrong == []


def named(condition: object) -> set[str]:
    """The columns a constraint's condition mentions."""
    if isinstance(condition, models.Q):
        return set().union(*(named(child) for child in condition.children))
    if isinstance(condition, tuple):
        return {condition[0].split("__")[0]} | named(condition[1])
    if isinstance(condition, F):
        return {condition.name.split("__")[0]}
    if hasattr(condition, "get_source_expressions"):
        return set().union(*(named(part) for part in condition.get_source_expressions()))
    return set()

"""Pages of budget lines, commitments, answers and dependencies."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.rules.revisions import BUDGET_LINE, COMMITMENT, DEPENDENCY
from labs.views import answers, initiatives, money, parts, promises, requests, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "revisions/<int:pk>/initiatives/<uuid:parent>/budget-lines/new/",
        parts.part_new,
        {"part": BUDGET_LINE},
        name="budget_line_new",
    ),
    path(
        "revisions/<int:pk>/budget-lines/<uuid:key>/",
        parts.part_edit,
        {"part": BUDGET_LINE},
        name="budget_line_edit",
    ),
    path(
        "revisions/<int:pk>/budget-lines/<uuid:key>/remove/",
        parts.part_remove,
        {"part": BUDGET_LINE},
        name="budget_line_remove",
    ),
    path(
        "revisions/<int:pk>/initiatives/<uuid:parent>/promises/new/",
        parts.part_new,
        {"part": COMMITMENT},
        name="commitment_new",
    ),
    path(
        "revisions/<int:pk>/promises/<uuid:key>/",
        parts.part_edit,
        {"part": COMMITMENT},
        name="commitment_edit",
    ),
    path(
        "revisions/<int:pk>/promises/<uuid:key>/remove/",
        parts.part_remove,
        {"part": COMMITMENT},
        name="commitment_remove",
    ),
    path(
        "revisions/<int:pk>/milestones/<uuid:parent>/requests/new/",
        parts.part_new,
        {"part": DEPENDENCY},
        name="dependency_new",
    ),
    path(
        "revisions/<int:pk>/requests/<uuid:key>/",
        parts.part_edit,
        {"part": DEPENDENCY},
        name="dependency_edit",
    ),
    path(
        "revisions/<int:pk>/requests/<uuid:key>/remove/",
        parts.part_remove,
        {"part": DEPENDENCY},
        name="dependency_remove",
    ),
    path(
        "revisions/<int:pk>/initiatives/<uuid:key>/tests/",
        answers.initiative_tests,
        name="initiative_tests",
    ),
    path("initiatives/<uuid:key>/", initiatives.initiative, name="initiative"),
    path("plans/<int:pk>/money/", money.plan_money, name="plan_money"),
    path("budget-lines/<uuid:key>/", money.budget_figure_new, name="budget_figure_new"),
    path("programmes/<slug:code>/ceilings/", money.ceilings, name="ceilings"),
    path("promises/", promises.commitments_due, name="commitments_due"),
    path("promises/<uuid:key>/", promises.commitment_check, name="commitment_check"),
    path("requests/", requests.asked_of_us, name="asked_of_us"),
    path("requests/<uuid:key>/", requests.dependency_answer, name="dependency_answer"),
    path(
        "revisions/<int:pk>/initiatives/<uuid:key>/steps/",
        steps.steps,
        name="steps",
    ),
]

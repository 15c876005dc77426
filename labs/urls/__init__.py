"""Pages of the labs app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.urls import analysis, content, intake, registers, revisions, sessions
from labs.views import labs, milestones, parts, pasting, plans, programmes, revised

app_name = "labs"

GOAL = {"part": "goal"}
INITIATIVE = {"part": "initiative"}
MILESTONE = {"part": "milestone"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/", programmes.index, name="programmes"),
    path("programmes/<slug:code>/", programmes.programme, name="programme"),
    path("programmes/<slug:code>/close/", programmes.programme_close, name="programme_close"),
    path("programmes/<slug:code>/areas/new/", programmes.area_new, name="area_new"),
    path(
        "programmes/<slug:code>/areas/<int:pk>/forums/",
        programmes.area_forums,
        name="area_forums",
    ),
    path("programmes/<slug:code>/readers/", programmes.readers, name="readers"),
    path(
        "programmes/<slug:code>/readers/<int:pk>/remove/",
        programmes.reader_remove,
        name="reader_remove",
    ),
    path("programmes/<slug:code>/revised/", revised.revised, name="revised"),
    path("labs/", labs.index, name="index"),
    path("labs/<int:pk>/", labs.lab, name="lab"),
    path("labs/<int:pk>/close/", labs.lab_close, name="lab_close"),
    path("labs/<int:pk>/readers/", labs.restrict, name="lab_restrict"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/revisions/new/", plans.revision_new, name="revision_new"),
    path("revisions/<int:pk>/", plans.revision, name="revision"),
    path("revisions/<int:pk>/withdraw/", plans.revision_withdraw, name="revision_withdraw"),
    path("revisions/<int:pk>/refresh/", plans.revision_refresh, name="revision_refresh"),
    path("revisions/<int:pk>/stress-test/", plans.stress_test, name="stress_test"),
    path("revisions/<int:pk>/steps/paste/", pasting.paste, name="steps_paste"),
    # A draft's parts
    path("revisions/<int:pk>/goals/new/", parts.part_new, GOAL, name="goal_new"),
    path("revisions/<int:pk>/goals/<uuid:key>/", parts.part_edit, GOAL, name="goal_edit"),
    path(
        "revisions/<int:pk>/goals/<uuid:key>/remove/", parts.part_remove, GOAL, name="goal_remove"
    ),
    path(
        "revisions/<int:pk>/goals/<uuid:parent>/initiatives/new/",
        parts.part_new,
        INITIATIVE,
        name="initiative_new",
    ),
    path(
        "revisions/<int:pk>/initiatives/<uuid:key>/",
        parts.part_edit,
        INITIATIVE,
        name="initiative_edit",
    ),
    path(
        "revisions/<int:pk>/initiatives/<uuid:key>/remove/",
        parts.part_remove,
        INITIATIVE,
        name="initiative_remove",
    ),
    path(
        "revisions/<int:pk>/initiatives/<uuid:parent>/milestones/new/",
        parts.part_new,
        MILESTONE,
        name="milestone_new",
    ),
    path(
        "revisions/<int:pk>/milestones/<uuid:key>/",
        parts.part_edit,
        MILESTONE,
        name="milestone_edit",
    ),
    path(
        "revisions/<int:pk>/milestones/<uuid:key>/remove/",
        parts.part_remove,
        MILESTONE,
        name="milestone_remove",
    ),
    path(
        "revisions/<int:pk>/<str:part>/<uuid:key>/take-back/",
        parts.part_take_back,
        name="part_take_back",
    ),
    path("milestones/<uuid:key>/", milestones.milestone, name="milestone"),
    path("milestones/<uuid:key>/report/", milestones.milestone_report, name="milestone_report"),
    *intake.urlpatterns,
    *sessions.urlpatterns,
    *content.urlpatterns,
    *analysis.urlpatterns,
    *revisions.urlpatterns,
    *registers.urlpatterns,
]

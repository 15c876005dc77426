"""Pages of intake, problem statements, seats, lessons and settings."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.views import lessons, opening, problem, seats, settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("labs/intakes/", opening.intake_index, name="intakes"),
    path("labs/intakes/<int:pk>/", opening.intake, name="intake"),
    path("labs/new/", opening.lab_new, name="lab_new"),
    path("areas/<int:area>/intake/", opening.intake_new, name="intake_new"),
    path("labs/<int:pk>/problem/", problem.problem, name="problem"),
    path("labs/<int:pk>/problem/new/", problem.problem_new, name="problem_new"),
    path("labs/<int:pk>/lessons/", lessons.lab_lessons, name="lab_lessons"),
    path("labs/<int:pk>/seats/new/", seats.seat_new, name="seat_new"),
    path("labs/<int:pk>/seats/<int:seat>/", seats.seat, name="seat"),
    path("labs/<int:pk>/seats/<int:seat>/edit/", seats.seat_edit, name="seat_edit"),
    path("labs/<int:pk>/seats/<int:seat>/remove/", seats.seat_remove, name="seat_remove"),
    path("labs/<int:pk>/seats/<int:seat>/interests/new/", seats.interest_new, name="interest_new"),
    path(
        "labs/<int:pk>/seats/<int:seat>/interests/<int:interest>/end/",
        seats.interest_end,
        name="interest_end",
    ),
    path(
        "programmes/<slug:code>/settings/", settings.programme_settings, name="programme_settings"
    ),
    path("programmes/<slug:code>/lessons/", lessons.lessons, name="lessons"),
    path("programmes/<slug:code>/lessons/new/", lessons.lesson_new, name="lesson_new"),
    path("lessons/<int:pk>/", lessons.lesson, name="lesson"),
]

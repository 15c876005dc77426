"""Pages of the forums app."""

from __future__ import annotations

from django.urls import URLPattern, path

from forums.urls import calendars, meetings
from forums.views import actions, documents, forums, motions

app_name = "forums"

urlpatterns: list[URLPattern] = [
    path("forums/", forums.index, name="index"),
    path("forums/new/", forums.new, name="new"),
    path("forums/interests/", motions.interests, name="interests"),
    path("forums/<int:pk>/", forums.forum, name="forum"),
    path("forums/<int:pk>/change/", forums.change, name="change"),
    path("forums/<int:pk>/members/", forums.members, name="members"),
    path("memberships/<int:pk>/end/", forums.end_membership, name="end_membership"),
    path("motions/<int:pk>/", motions.motion, name="motion"),
    path("decisions/<int:pk>/", motions.decision, name="decision"),
    path("decisions/<int:pk>/minute/", documents.minute, name="decision_minute"),
    path("actions/<int:pk>/evidence/", documents.evidence, name="action_evidence"),
    path("actions/<int:pk>/", actions.action, name="action"),
    path("actions/<int:pk>/verify/", actions.verify, name="verify_action"),
    path("actions/<int:pk>/withdraw/", actions.withdraw, name="action_withdraw"),
    *meetings.urlpatterns,
    *calendars.urlpatterns,
]

"""Pages of what a lab does in its weeks, and of what is said of its drafts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.views import approval, groups, open_days, options, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("labs/<int:pk>/groups/", groups.index, name="groups"),
    path("labs/<int:pk>/groups/new/", groups.new, name="group_new"),
    path("groups/<int:pk>/", groups.edit, name="group_edit"),
    path("groups/<int:pk>/close/", groups.close, name="group_close"),
    path("labs/<int:pk>/sessions/", sessions.index, name="sessions"),
    path("labs/<int:pk>/sessions/new/", sessions.new, name="session_new"),
    path("labs/<int:pk>/attendance/", sessions.attendance_table, name="attendance"),
    path("labs/<int:pk>/records/", sessions.records, name="records"),
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/change/", sessions.change, name="session_change"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="session_cancel"),
    path("sessions/<int:pk>/attendance/", sessions.who_came, name="session_attendance"),
    path("sessions/<int:pk>/records/new/", sessions.record_new, name="record_new"),
    path("labs/<int:pk>/options/", options.index, name="options"),
    path("labs/<int:pk>/options/new/", options.option_new, name="option_new"),
    path("labs/<int:pk>/criteria/new/", options.criterion_new, name="criterion_new"),
    path("labs/<int:pk>/criteria/fix/", options.fix, name="criteria_fix"),
    path("labs/<int:pk>/scores/<int:seat>/", options.scores, name="scores"),
    path("labs/<int:pk>/choice/", options.choose, name="choice"),
    path("options/<int:pk>/", options.option_edit, name="option_edit"),
    path("options/<int:pk>/remove/", options.option_remove, name="option_remove"),
    path("criteria/<int:pk>/", options.criterion_edit, name="criterion_edit"),
    path("criteria/<int:pk>/remove/", options.criterion_remove, name="criterion_remove"),
    path("labs/<int:pk>/open-days/", open_days.index, name="open_days"),
    path("labs/<int:pk>/open-days/new/", open_days.new, name="open_day_new"),
    path("open-days/<int:pk>/", open_days.open_day, name="open_day"),
    path("open-days/<int:pk>/comments/new/", open_days.comment_new, name="comment_new"),
    path("comments/<int:pk>/answer/", open_days.comment_answer, name="comment_answer"),
    path("revisions/<int:pk>/stands/", approval.stands, name="stands"),
    path("revisions/<int:pk>/stands/new/", approval.stand_new, name="stand_new"),
    path("revisions/<int:pk>/objections/", approval.objection_list, name="objections"),
    path("revisions/<int:pk>/objections/new/", approval.objection_new, name="objection_new"),
    path("objections/<int:pk>/answer/", approval.objection_answer, name="objection_answer"),
    path("objections/<int:pk>/withdraw/", approval.objection_withdraw, name="objection_withdraw"),
    path("revisions/<int:pk>/conditions/", approval.condition_list, name="conditions"),
    path("revisions/<int:pk>/conditions/new/", approval.condition_new, name="condition_new"),
    path("conditions/<int:pk>/remove/", approval.condition_remove, name="condition_remove"),
]

"""Pages of disputes; included by reviews.urls in its namespace."""

from django.urls import path

from reviews.views import dispute_acts, dispute_files, disputes

urlpatterns = [
    path("disputes/", disputes.index, name="disputes"),
    path("disputes/new/", disputes.new, name="dispute_new"),
    path("disputes/<int:pk>/", disputes.dispute, name="dispute"),
    path("disputes/<int:pk>/position/", dispute_acts.position, name="dispute_position"),
    path("disputes/<int:pk>/settle/", dispute_acts.settle, name="dispute_settle"),
    path("disputes/<int:pk>/bump-up/", dispute_acts.bump_up, name="dispute_bump_up"),
    path("disputes/<int:pk>/waive/", dispute_acts.waive, name="dispute_waive"),
    path("disputes/<int:pk>/ask/", dispute_acts.ask, name="dispute_ask"),
    path("disputes/<int:pk>/ruling/", dispute_acts.ruling, name="dispute_ruling"),
    path("disputes/<int:pk>/join/", disputes.join, name="dispute_join"),
    path("disputes/<int:pk>/withdraw/", disputes.withdraw, name="dispute_withdraw"),
    path("disputes/<int:pk>/evidence/", dispute_files.exhibit, name="dispute_exhibit"),
    path("disputes/<int:pk>/more-time/", dispute_files.extend, name="dispute_extend"),
    path("disputes/<int:pk>/ask-time/", dispute_files.ask_time, name="dispute_ask_time"),
    path("disputes/<int:pk>/conflict-forum/", dispute_files.route, name="dispute_route"),
    path("disputes/<int:pk>/take-back/", dispute_files.take_back, name="dispute_take_back"),
    path("exhibits/<int:pk>/file/", dispute_files.exhibit_file, name="exhibit_file"),
    path("time-asked/<int:pk>/decline/", dispute_files.decline_time, name="time_decline"),
    path("settlements/<int:pk>/answer/", dispute_acts.answer_settlement, name="settlement_answer"),
    path("information/<int:pk>/reply/", dispute_acts.reply, name="information_reply"),
    path(
        "information/<int:pk>/withdraw/",
        dispute_files.request_withdraw,
        name="information_withdraw",
    ),
]

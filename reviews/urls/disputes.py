"""Pages of disputes; included by reviews.urls in its namespace."""

from django.urls import path

from reviews.views import dispute_acts, disputes

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
    path("settlements/<int:pk>/answer/", dispute_acts.answer_settlement, name="settlement_answer"),
    path("information/<int:pk>/reply/", dispute_acts.reply, name="information_reply"),
]

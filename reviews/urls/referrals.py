"""Pages of referrals, of the evidence of explanations, and of what ended in no action."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import explaining, no_action, referrals

urlpatterns: list[URLPattern] = [
    path("referrals/", referrals.index, name="referrals"),
    path("referrals/<int:pk>/", referrals.referral, name="referral"),
    path("referrals/<int:pk>/answer/", referrals.answer, name="referral_answer"),
    path("referrals/<int:pk>/withdraw/", referrals.withdraw, name="referral_withdraw"),
    path("reviews/evidence/<int:pk>/", explaining.source, name="explanation_source"),
    path("reviews/no-action/", no_action.index, name="no_action"),
]

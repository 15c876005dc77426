"""Addresses of the forums app under /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from forums.api import views

router = SimpleRouter()
router.register("forums", views.ForumViewSet, basename="api-forum")
router.register("motions", views.MotionViewSet, basename="api-motion")
router.register("decisions", views.DecisionViewSet, basename="api-decision")
router.register("meetings", views.MeetingViewSet, basename="api-meeting")

urlpatterns = router.urls

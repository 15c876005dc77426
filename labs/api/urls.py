"""Addresses of the labs app under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from labs.api import views

router = SimpleRouter(use_regex_path=False)
router.register("programmes", views.ProgrammeViewSet, basename="api-programme")
router.register("labs", views.LabViewSet, basename="api-lab")
router.register("plans", views.PlanViewSet, basename="api-plan")
router.register("revisions", views.RevisionViewSet, basename="api-revision")
router.register("milestones", views.MilestoneViewSet, basename="api-milestone")

urlpatterns: list[URLPattern | URLResolver] = router.urls

"""Addresses of the labs app under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from labs.api import registers, views

router = SimpleRouter(use_regex_path=False)
router.register("programmes", views.ProgrammeViewSet, basename="api-programme")
router.register("labs", views.LabViewSet, basename="api-lab")
router.register("plans", views.PlanViewSet, basename="api-plan")
router.register("revisions", views.RevisionViewSet, basename="api-revision")
router.register("milestones", views.MilestoneViewSet, basename="api-milestone")
router.register("reference-items", registers.ReferenceItemViewSet, basename="api-reference-item")
router.register("obstacles", registers.ObstacleViewSet, basename="api-obstacle")
router.register("recommendations", registers.RecommendationViewSet, basename="api-recommendation")
router.register("funding-sources", registers.FundingSourceViewSet, basename="api-source")
router.register("allocations", registers.AllocationViewSet, basename="api-allocation")
router.register("windows", registers.WindowViewSet, basename="api-window")
router.register("council-acts", registers.CouncilActViewSet, basename="api-act")

urlpatterns: list[URLPattern | URLResolver] = router.urls

"""Addresses of the kpis app under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from kpis.api import definitions, rules, views

router = SimpleRouter(use_regex_path=False)
router.register("kpis", views.KpiViewSet, basename="api-kpi")
router.register("definitions", definitions.DefinitionViewSet, basename="api-definition")
router.register("series", views.SeriesViewSet, basename="api-series")
router.register("targets", views.TargetViewSet, basename="api-target")
router.register("trajectories", definitions.TrajectoryViewSet, basename="api-trajectory")
router.register("readings", views.ReadingViewSet, basename="api-reading")
router.register("signals", views.SignalViewSet, basename="api-signal")
router.register("deviations", views.DeviationViewSet, basename="api-deviation")
router.register("rules", rules.RuleViewSet, basename="api-rule")
router.register("rule-versions", rules.RuleVersionViewSet, basename="api-rule-version")
router.register("hand-statuses", rules.HandStatusViewSet, basename="api-hand-status")
router.register("baselines", rules.BaselineViewSet, basename="api-baseline")

urlpatterns: list[URLPattern | URLResolver] = router.urls

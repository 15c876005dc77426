"""The rules as they are set for one KPI: the programme's, or its own in their place."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.rules import FollowForm, RuleForm
from kpis.models import Kpi
from kpis.selectors import kpis
from kpis.selectors.pages import rules as pages
from kpis.selectors.pages.rules import KpiKindLine
from kpis.services import rules as service
from kpis.templatetags.rule_texts import GROUPS
from kpis.views.loading import readable_kpi
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def kpi_rules(request: HttpRequest, code: str) -> HttpResponse:
    """Which setting of each rule applies to the KPI, and why."""
    on = clock.now().date()
    kpi = readable_kpi(request, code, on)
    lines = {line.kind: line for line in pages.of_kpi(kpi)}
    groups = [
        (key, title, [lines[kind] for kind in names if kind in lines])
        for key, title, names in GROUPS
    ]
    context = {
        "kpi": kpi,
        "definition": kpis.definition_of(kpi),
        "groups": [group for group in groups if group[2]],
        "may_change": permissions.may_set_kpi_rules(request.user, kpi, on=on),
    }
    return render(request, "kpis/kpi_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_rule(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Give the KPI its own setting of a rule, or change it."""
    at = clock.now()
    kpi, line = _changeable(request, code, kind)
    applying = line.applying
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        now=applying.now if applying else None,
        initial=None if line.is_own else {"applies_from": at.date()},
    )
    made = None
    if request.method == "POST":
        made = attempt(
            form,
            lambda: service.override(
                kpi=kpi,
                kind=kind,
                parameters=form.parameters,
                severity=form.cleaned_data["severity"],
                enabled=form.cleaned_data["enabled"],
                applies_from=form.cleaned_data["applies_from"],
                reason=form.cleaned_data["reason"],
                by=acting(request.user),
                at=at,
            ),
        )
    if made is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("This KPI has its own setting now."))
        return redirect("kpis:kpi_rules", kpi.code)
    return render(request, "kpis/kpi_rule.html", {"form": form, "kpi": kpi, "line": line})


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_rule_back(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Let the programme's setting apply to the KPI again."""
    at = clock.now()
    kpi, line = _changeable(request, code, kind)
    if not line.is_own:
        return redirect("kpis:kpi_rules", kpi.code)
    form = FollowForm(
        request.POST if request.method == "POST" else None, initial={"applies_from": at.date()}
    )
    made = attempt(
        form,
        lambda: service.follow_programme(
            kpi=kpi, kind=kind, **form.cleaned_data, by=acting(request.user), at=at
        ),
    )
    if made is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The programme's setting applies to this KPI again."))
        return redirect("kpis:kpi_rules", kpi.code)
    return render(request, "kpis/kpi_rule_back.html", {"form": form, "kpi": kpi, "line": line})


def _changeable(request: HttpRequest, code: str, kind: str) -> tuple[Kpi, KpiKindLine]:
    """The KPI and how the rule is set for it; 404 and 403 for those who may not change it."""
    on = clock.now().date()
    kpi = readable_kpi(request, code, on)
    require(permissions.may_set_kpi_rules(request.user, kpi, on=on))
    line = next((line for line in pages.of_kpi(kpi) if line.kind == kind), None)
    if line is None:
        raise Http404
    return kpi, line

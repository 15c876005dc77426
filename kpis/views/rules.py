"""The rules of a programme: what applies, since when, who said so and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.rules import RuleForm
from kpis.models import Rule
from kpis.selectors import kpis
from kpis.selectors.pages import rules as pages
from kpis.services import rules as service
from labs.selectors import programmes
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Every rule of a programme with all its versions."""
    on = clock.now().date()
    programme = get_object_or_404(programmes.readable(request.user, on), code=code)
    context = {
        "programme": programme,
        "lines": pages.of_programme(programme, kpis.readable(request.user, on)),
        "may_change": permissions.may_change_rules(request.user, programme, on=on),
    }
    return render(request, "kpis/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change the settings of one rule: a new version, with its reason."""
    at = clock.now()
    programme = get_object_or_404(programmes.readable(request.user, at.date()), code=code)
    found: Rule = get_object_or_404(
        Rule.objects.select_related("programme", "kpi"), programme=programme, pk=pk
    )
    require(permissions.may_change_rules(request.user, programme, on=at.date()))
    line = pages.one(found)
    form = RuleForm(
        request.POST if request.method == "POST" else None, kind=found.kind, now=line.now
    )
    changed = None
    if request.method == "POST":
        changed = attempt(
            form,
            lambda: service.change(
                rule=found,
                parameters=form.parameters,
                severity=form.cleaned_data["severity"],
                enabled=form.cleaned_data["enabled"],
                applies_from=form.cleaned_data["applies_from"],
                reason=form.cleaned_data["reason"],
                by=acting(request.user),
                at=at,
            ),
        )
    if changed is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The rule is changed. What fired before stays as it was."))
        return redirect("kpis:rules", programme.code)
    return render(request, "kpis/rule.html", {"form": form, "programme": programme, "line": line})

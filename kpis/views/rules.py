"""The rules of a programme: what applies, since when, who answers for it and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.rules import RuleForm, RuleOwnerForm
from kpis.models import Rule
from kpis.rules import rules_catalogue
from kpis.selectors import kpis
from kpis.selectors.pages import rules as pages
from kpis.services import rules as service
from kpis.services.backtests.running import KINDS
from kpis.templatetags.rule_texts import GROUPS
from labs.models import Programme
from labs.selectors import programmes
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Every kind of rule in groups, switched on or not, with all versions of its setting."""
    on = clock.now().date()
    programme = get_object_or_404(programmes.readable(request.user, on), code=code)
    kinds = pages.of_programme(programme, kpis.readable(request.user, on))
    groups = [
        (key, title, [kinds[kind] for kind in names if kind in kinds])
        for key, title, names in GROUPS
    ]
    context = {
        "programme": programme,
        "groups": [group for group in groups if group[2]],
        "can_be_tried": KINDS,
        "missing": [line for line in kinds.values() if line.line is None],
        "may_change": permissions.may_change_rules(request.user, programme, on=on),
    }
    return render(request, "kpis/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change the settings of one rule: a new version, with its reason."""
    at = clock.now()
    programme = _changeable(request, code)
    found = _rule(programme, pk)
    if found.kpi is not None:
        return redirect("kpis:kpi_rule", found.kpi.code, found.kind)
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


@require_http_methods(["GET", "HEAD", "POST"])
def rule_install(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Switch on a kind of rule that the programme does not have yet."""
    at = clock.now()
    programme = _changeable(request, code)
    if kind not in rules_catalogue.KINDS:
        raise Http404
    have = Rule.objects.filter(programme=programme, kpi=None, kind=kind).first()
    if have is not None:
        return redirect("kpis:rule", programme.code, have.pk)
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        now=None,
        initial={"applies_from": at.date()},
    )
    form.fields["reason"].label = _("Why is the rule switched on?")
    del form.fields["enabled"]
    made = None
    if request.method == "POST":
        made = attempt(
            form,
            lambda: service.install(
                programme=programme,
                kind=kind,
                parameters=form.parameters,
                severity=form.cleaned_data["severity"],
                applies_from=form.cleaned_data["applies_from"],
                reason=form.cleaned_data["reason"],
                by=acting(request.user),
                at=at,
            ),
        )
    if made is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The rule is switched on."))
        return redirect("kpis:rules", programme.code)
    context = {"form": form, "programme": programme, "kind": kind}
    return render(request, "kpis/rule_install.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_owner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say which post answers for a rule."""
    at = clock.now()
    programme = _changeable(request, code)
    found = _rule(programme, pk)
    form = RuleOwnerForm(
        request.POST if request.method == "POST" else None, initial={"owner": found.owner_id}
    )
    done = attempt(
        form,
        lambda: service.set_owner(rule=found, **form.cleaned_data, by=acting(request.user), at=at),
    )
    if done is not None:
        messages.success(request, _("The owner of the rule is changed."))
        if found.kpi is not None:
            return redirect("kpis:kpi_rules", found.kpi.code)
        return redirect("kpis:rules", programme.code)
    context = {"form": form, "programme": programme, "rule": found}
    return render(request, "kpis/rule_owner.html", context)


def _changeable(request: HttpRequest, code: str) -> Programme:
    """The programme, of which the user may change the rules; else 404 or 403."""
    on = clock.now().date()
    found: Programme = get_object_or_404(programmes.readable(request.user, on), code=code)
    require(permissions.may_change_rules(request.user, found, on=on))
    return found


def _rule(programme: Programme, pk: int) -> Rule:
    found: Rule = get_object_or_404(
        Rule.objects.select_related("programme", "kpi", "owner__organisation"),
        programme=programme,
        pk=pk,
    )
    return found

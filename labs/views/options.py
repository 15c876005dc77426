"""Options of a lab, the criteria they are weighed on, the seats' scores, the choice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.confirm import ConfirmForm
from labs.forms.options import ChoiceForm, CriterionForm, OptionForm, ScoreForm
from labs.models import Criterion, Lab, Option, Seat
from labs.permissions import sessions as permissions
from labs.selectors import labs as lab_selectors
from labs.selectors import options as selectors
from labs.services import options as services
from labs.views.lab_pages import FORM_METHODS, about, crumbs, readable, running
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of options and criteria, who has scored, and the choice."""
    on = clock.now().date()
    lab = readable(request, pk)
    page = selectors.page(lab)
    context = {
        "lab": lab,
        "crumbs": crumbs(lab, (_("Options"), "")),
        "found": page,
        "may_run": permissions.may_run(request.user, lab, on=on),
        "may_score": {
            seat.pk
            for seat, _done, _of in page.scored
            if permissions.may_score(request.user, lab, seat, on=on)
        },
    }
    return render(request, "labs/options.html", context)


@require_http_methods(FORM_METHODS)
def option_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an option."""
    at = clock.now()
    lab = running(request, pk)
    form = OptionForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.add_option(
            lab=lab, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(lab),
        done=_("The option is added."),
        context=about(lab, _("Add an option"), _back(lab)),
    )


@require_http_methods(FORM_METHODS)
def option_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say an option better, before anybody scores it."""
    at = clock.now()
    option = _option(request, pk)
    initial = {"title": option.title, "description": option.description}
    form = OptionForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: services.change_option(
            option=option, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(option.lab),
        done=_("The option is changed."),
        context=about(option.lab, _("Change the option"), _back(option.lab))
        | {"submit": _("Save")},
    )


@require_http_methods(FORM_METHODS)
def option_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an option away that nobody has scored."""
    at = clock.now()
    option = _option(request, pk)

    def act() -> bool:
        services.remove_option(option=option, by=acting(request.user), at=at)
        return True

    title = _("Remove the option “%(option)s”?") % {"option": option.title}
    return form_page(
        request,
        form=ConfirmForm(request.POST or None),
        act=act,
        to=lambda _made: _url(option.lab),
        done=_("The option is removed."),
        context=about(option.lab, title, _back(option.lab))
        | {"style": "warning", "submit": _("Remove the option")},
    )


@require_http_methods(FORM_METHODS)
def criterion_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a criterion, while they are not fixed."""
    at = clock.now()
    lab = running(request, pk)
    if lab.criteria_fixed_at is not None:
        return _fixed(request, lab)
    form = CriterionForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.add_criterion(
            lab=lab, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(lab),
        done=_("The criterion is added."),
        context=about(lab, _("Add a criterion"), _back(lab)),
    )


@require_http_methods(FORM_METHODS)
def criterion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or weight, while they are not fixed."""
    at = clock.now()
    criterion = _criterion(request, pk)
    if criterion.lab.criteria_fixed_at is not None:
        return _fixed(request, criterion.lab)
    initial = {"name": criterion.name, "weight": criterion.weight}
    form = CriterionForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: services.change_criterion(
            criterion=criterion, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(criterion.lab),
        done=_("The criterion is changed."),
        context=about(criterion.lab, _("Change the criterion"), _back(criterion.lab))
        | {"submit": _("Save")},
    )


@require_http_methods(FORM_METHODS)
def criterion_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a criterion away, while they are not fixed."""
    at = clock.now()
    criterion = _criterion(request, pk)
    if criterion.lab.criteria_fixed_at is not None:
        return _fixed(request, criterion.lab)

    def act() -> bool:
        services.remove_criterion(criterion=criterion, by=acting(request.user), at=at)
        return True

    title = _("Remove the criterion “%(criterion)s”?") % {"criterion": criterion.name}
    return form_page(
        request,
        form=ConfirmForm(request.POST or None),
        act=act,
        to=lambda _made: _url(criterion.lab),
        done=_("The criterion is removed."),
        context=about(criterion.lab, title, _back(criterion.lab))
        | {"style": "warning", "submit": _("Remove the criterion")},
    )


@require_http_methods(FORM_METHODS)
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix the criteria, once it is confirmed."""
    at = clock.now()
    lab = running(request, pk)
    return form_page(
        request,
        form=ConfirmForm(request.POST or None),
        act=lambda: services.fix_criteria(lab=lab, by=acting(request.user), at=at),
        to=lambda _made: _url(lab),
        done=_("The criteria are fixed. Now the seats score."),
        context=about(lab, _("Fix the criteria"), _back(lab))
        | {"warning": _("No criterion and no weight changes after this.")},
    )


@require_http_methods(FORM_METHODS)
def scores(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """A seat's scores, by whoever speaks for it or by the delivery unit on its behalf."""
    at = clock.now()
    lab = readable(request, pk)
    chosen = get_object_or_404(
        Seat.objects.select_related("organisation", "post__organisation", "lab"), lab=lab, pk=seat
    )
    if lab.criteria_fixed_at is None and permissions.may_run(request.user, lab, on=at.date()):
        messages.warning(request, str(services.CriteriaOpen.message))
        return redirect(_url(lab))
    require(permissions.may_score(request.user, lab, chosen, on=at.date()))
    post = permissions.speaking_post(request.user, chosen, on=at.date())
    form = ScoreForm(
        request.POST or None,
        options=list(lab.options.order_by("position", "pk")),
        criteria=list(lab.criteria.order_by("position", "pk")),
        scores=selectors.newest_scores(lab, chosen),
        on_behalf=post is None,
    )
    title = _("Scores of %(organisation)s") % {"organisation": chosen.organisation.name}
    return form_page(
        request,
        form=form,
        act=lambda: services.score(
            lab=lab,
            seat=chosen,
            values=form.values(),
            note=form.cleaned_data.get("note", ""),
            needs_note=post is None,
            by=acting(request.user, post),
            at=at,
        ),
        to=lambda _made: _url(lab),
        done=_("The scores are kept."),
        template="labs/scores.html",
        context=about(lab, title, _back(lab)) | {"submit": _("Save the scores"), "seat": chosen},
    )


@require_http_methods(FORM_METHODS)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which option the lab chose, and why."""
    at = clock.now()
    lab = running(request, pk)
    page = selectors.page(lab)
    form = ChoiceForm(request.POST or None, lab=lab)
    return form_page(
        request,
        form=form,
        act=lambda: services.choose(**form.cleaned_data, by=acting(request.user), at=at),
        to=lambda _made: _url(lab) + "#choice",
        done=_("The choice is recorded."),
        template="labs/choice.html",
        context=about(lab, _("Choose an option"), _back(lab))
        | {"found": page, "submit": _("Record the choice")},
    )


def _fixed(request: HttpRequest, lab: Lab) -> HttpResponse:
    """Back to the options with a word, once the criteria no longer change."""
    messages.warning(request, str(services.CriteriaFixed.message))
    return redirect(_url(lab))


def _option(request: HttpRequest, pk: int) -> Option:
    rows = Option.objects.select_related("lab__area__programme", "lab__plan")
    found: Option = get_object_or_404(rows.filter(lab__in=_labs(request)), pk=pk)
    require(permissions.may_run(request.user, found.lab, on=clock.now().date()))
    return found


def _criterion(request: HttpRequest, pk: int) -> Criterion:
    rows = Criterion.objects.select_related("lab__area__programme", "lab__plan")
    found: Criterion = get_object_or_404(rows.filter(lab__in=_labs(request)), pk=pk)
    require(permissions.may_run(request.user, found.lab, on=clock.now().date()))
    return found


def _labs(request: HttpRequest) -> Any:
    return lab_selectors.readable_ids(request.user, clock.now().date())


def _url(lab: Lab) -> str:
    return reverse("labs:options", args=[lab.pk])


def _back(lab: Lab) -> tuple[str, str]:
    return _("Options"), _url(lab)

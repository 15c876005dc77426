"""Windows of opportunity: the list with its countdown, one window, the steps that use it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.registers import FilterForm, StepsForm, WindowForm
from labs.models import Programme, Window
from labs.permissions import registers as permissions
from labs.selectors import settings
from labs.selectors import windows as selectors
from labs.services import windows as services
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, about, page_of, readable
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The windows of a programme, the next to close first."""
    on = clock.now().date()
    programme = readable(request, code)
    states = [("", _("all")), ("ahead", _("not open yet")), ("open", _("open"))]
    filters = {"state": (_("State"), [*states, ("closed", _("closed"))])}
    form = FilterForm(request.GET, filters=filters)
    page = page_of(request, selectors.of(programme, on, **form.chosen()))
    context = about(programme, _("Windows of opportunity")) | {
        "form": form,
        "page": page,
        "lines": [selectors.line(each, on) for each in page.object_list],
        "may_keep": permissions.may_keep(request.user, programme, on=on),
    }
    return render(request, "labs/registers/windows.html", context)


@require_safe
def window(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One window: its days, and the steps that make use of it."""
    on = clock.now().date()
    programme, found = _found(request, code, pk)
    context = about(programme, found.title, _above(programme)) | {
        "line": selectors.line(found, on),
        "window": found,
        "steps": selectors.steps(found, request.user, on),
        "may_keep": permissions.may_keep(request.user, programme, on=on),
    }
    return render(request, "labs/registers/window.html", context)


@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a window."""
    at = clock.now()
    programme = readable(request, code)
    require(permissions.may_keep(request.user, programme, on=at.date()))
    begun = {"alert_days": settings.of(programme).window_alert_days}
    form = WindowForm(request.POST or None, initial=begun)
    return form_page(
        request,
        form=form,
        act=lambda: services.add(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("The window is kept. Those concerned are told before it closes."),
        context=about(programme, _("Add a window of opportunity"), _above(programme)),
    )


@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change what is known of a window."""
    at = clock.now()
    programme, found = _found(request, code, pk)
    require(permissions.may_keep(request.user, programme, on=at.date()))
    names = ("title", "text", "opens_on", "closes_on", "pays_off_on", "alert_days")
    form = WindowForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    return form_page(
        request,
        form=form,
        act=lambda: services.change(
            window=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("The window is changed."),
        context=about(
            programme, _("Change the window"), _above(programme), (found.title, _url(found))
        )
        | {"submit": _("Keep")},
    )


@require_http_methods(FORM_METHODS)
def steps(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Choose the steps that make use of a window; ``?q=`` looks for them by their titles."""
    at = clock.now()
    programme, found = _found(request, code, pk)
    require(permissions.may_keep(request.user, programme, on=at.date()))
    words = request.GET.get("q", "").strip()[:100]
    offered = selectors.search_steps(
        programme, request.user, at.date(), words, also=found.milestones
    )
    shown = {str(each.key) for each in offered}
    form = StepsForm(request.POST or None, found=offered, initial={"steps": found.milestones})
    return form_page(
        request,
        form=form,
        act=lambda: services.use(
            window=found,
            # What the editor may not see, or was not shown, stays.
            steps=[
                *(each.key for each in form.cleaned_data["steps"]),
                *(key for key in found.milestones if key not in shown),
            ],
            by=acting(request.user),
            at=at,
        ),
        to=_url,
        done=_("The steps that make use of the window are kept."),
        template="labs/registers/window_steps.html",
        context=about(
            programme, _("Steps that make use of it"), _above(programme), (found.title, _url(found))
        )
        | {"submit": _("Keep"), "words": words, "offered": offered},
    )


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Programme, Window]:
    programme = readable(request, code)
    found = Window.objects.filter(programme=programme).select_related("programme", "by_user")
    return programme, get_object_or_404(found, pk=pk)


def _above(programme: Programme) -> tuple[str, str]:
    return _("Windows of opportunity"), reverse("labs:windows", args=[programme.code])


def _url(found: Window) -> str:
    return reverse("labs:window", args=[found.programme.code, found.pk])

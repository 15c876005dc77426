"""Acts of councils: the list, and keeping one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.registers import ActForm
from labs.permissions import registers as permissions
from labs.selectors import council_acts as selectors
from labs.selectors import programmes
from labs.services import council_acts as services
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, page_of
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Acts that created bodies and programmes; ``?programme=`` and ``?forum=`` filter."""
    on = clock.now().date()
    found = selectors.readable(request.user, on)
    code, forum = request.GET.get("programme", ""), request.GET.get("forum", "")
    if code:
        found = found.filter(creates_programme__code=code)
    if forum.isdecimal():
        found = found.filter(creates_forum=int(forum[:9]))
    context = {
        "page": page_of(request, found),
        "filtered": bool(code or forum),
        "may_add": permissions.may_record_acts(request.user, on=on),
    }
    return render(request, "labs/registers/acts.html", context)


@require_http_methods(FORM_METHODS)
def add(request: HttpRequest) -> HttpResponse:
    """Keep an act."""
    at = clock.now()
    require(permissions.may_record_acts(request.user, on=at.date()))
    own = programmes.readable(request.user, at.date())
    begun = {name: request.GET.get(name) for name in ("creates_programme", "creates_forum")}
    form = ActForm(request.POST or None, programmes=own.order_by("name"), initial=begun)
    title = _("Record an act of a council")
    return form_page(
        request,
        form=form,
        act=lambda: services.record(**form.cleaned_data, by=acting(request.user), at=at),
        to=lambda made: reverse("labs:acts") + f"#act-{made.pk}",
        done=_("The act is recorded."),
        context={
            "title": title,
            "submit": _("Record it"),
            "crumbs": [(_("Acts of councils"), reverse("labs:acts")), (title, "")],
            "cancel_url": reverse("labs:acts"),
        },
    )

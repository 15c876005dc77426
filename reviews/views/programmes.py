"""Opening a programme: with the rules that watch over it, which labs do not know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from labs import permissions
from labs.forms.labs import ProgrammeForm
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting
from reviews.services import programmes


@require_http_methods(["GET", "HEAD", "POST"])
def programme_new(request: HttpRequest) -> HttpResponse:
    """Open a programme."""
    at = clock.now()
    require(permissions.may_open_programme(request.user, on=at.date()))
    form = ProgrammeForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: programmes.open_programme(**form.cleaned_data, by=acting(request.user), at=at),
        to=lambda made: reverse("labs:programme", args=[made.code]),
        done=_("The programme is open."),
        context={
            "title": _("Open a programme"),
            "submit": _("Open the programme"),
            "crumbs": [(_("Programmes"), reverse("labs:programmes")), (_("Open"), "")],
            "cancel_url": reverse("labs:programmes"),
        },
    )

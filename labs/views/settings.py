"""Settings of a programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from labs.forms.settings import SettingsForm
from labs.models import ProgrammeSettings
from labs.permissions import tables
from labs.selectors import programmes
from labs.selectors import settings as selectors
from labs.services import settings as services
from labs.views.pages import Crumbs, form_page
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def programme_settings(request: HttpRequest, code: str) -> HttpResponse:
    """What a programme's labs and plans are held against."""
    at = clock.now()
    readable = programmes.readable(request.user, at.date())
    programme = get_object_or_404(readable, code=code)
    require(tables.may_change_settings(request.user, programme, on=at.date()))
    current = selectors.of(programme)
    form = SettingsForm(request.POST or None, programme=programme, initial=_initial(current))
    url = reverse("labs:programme", args=[programme.code])
    crumbs: Crumbs = [
        (_("Programmes"), reverse("labs:programmes")),
        (programme.name, url),
        (_("Settings"), ""),
    ]
    return form_page(
        request,
        form=form,
        act=lambda: services.change(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: reverse("labs:programme_settings", args=[programme.code]),
        done=_("The settings are saved. They hold from now on."),
        context={
            "programme": programme,
            "title": _("Settings of labs and plans"),
            "submit": _("Save"),
            "crumbs": crumbs,
            "cancel_url": url,
        },
    )


def _initial(current: ProgrammeSettings) -> dict[str, object]:
    initial: dict[str, object] = {
        name: getattr(current, name) for name in (*services.NUMBERS, "tests")
    }
    return initial | {"groups": current.groups.all() if current.pk else []}

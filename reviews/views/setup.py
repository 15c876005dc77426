"""The first page of an empty installation, behind the token printed in the terminal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config import clock
from ledger.rules.errors import Refused
from people.models import User
from people.services import installations
from reviews.forms.setup import LadderForm, SetupForm, empty_ladder, refuse
from reviews.services import setup as setup_service

SIGN_IN = "people.backends.SignIn"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """404 for a wrong token, and for every token once the installation is set up."""
    if not installations.opens(token=token):
        raise Http404
    form = SetupForm(request.POST or None)
    ladder = LadderForm(request.POST, prefix="forums") if request.POST else empty_ladder()
    if request.method == "POST":
        user = _made(form, ladder, token)
        if user is not None:
            login(request, user, backend=SIGN_IN)
            messages.success(request, _("Makmal is set up. Invite people next."))
            return redirect("people:invitations")
    return render(request, "reviews/setup.html", {"form": form, "ladder": ladder})


def _made(form: SetupForm, ladder: Any, token: str) -> User | None:
    if not (form.is_valid() & ladder.is_valid()):
        return None
    given = form.cleaned_data
    rungs = [rung for row in ladder if (rung := row.rung())]
    try:
        return setup_service.set_up(
            token=token,
            email=given["email"],
            name=given["name"],
            password=given["password"],
            organisation=given["organisation"],
            programme=form.opening(),
            ladder=rungs,
            at=clock.now(),
        ).user
    except Refused as refused:
        refuse(form, refused)
        return None

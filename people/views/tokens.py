"""Tokens of integrating systems: shown once, revoked at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from people.forms.accounts import TokenForm
from people.forms.refusals import attempt
from people.models import ApiClient
from people.permissions import may_manage_tokens, require
from people.selectors import directory
from people.selectors.actors import acting
from people.services import api_clients


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token, without its secret."""
    require(may_manage_tokens(request.user, on=clock.now().date()))
    return render(
        request,
        "people/tokens.html",
        {"clients": directory.api_clients(), "real_now": timezone.now()},
    )


@never_cache
@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Issue a token; the answer to this request is the only place that shows it."""
    at = clock.now()
    require(may_manage_tokens(request.user, on=at.date()))
    form = TokenForm(request.POST or None)
    made = attempt(
        form,
        lambda: api_clients.issue(
            name=form.cleaned_data["name"],
            user=form.cleaned_data["user"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(),
            by=acting(request.user),
            at=at,
        ),
    )
    if made is not None:
        client, token = made
        return render(request, "people/token_issued.html", {"client": client, "token": token})
    return render(request, "people/token_new.html", {"form": form})


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token."""
    at = clock.now()
    require(may_manage_tokens(request.user, on=at.date()))
    client = get_object_or_404(ApiClient, pk=pk)
    try:
        api_clients.revoke(client=client, by=acting(request.user), at=at)
    except api_clients.AlreadyRevoked as refused:
        messages.error(request, str(refused))
    return redirect("people:tokens")

"""Inviting people, and accepting."""

from __future__ import annotations

import smtplib

import structlog
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from people.forms.accounts import AcceptForm, InvitationForm
from people.forms.refusals import attempt
from people.models import Invitation
from people.permissions import may_grant_roles, may_manage_people, require
from people.selectors import directory
from people.selectors.actors import acting
from people.services import invitations as invitations_service

log = structlog.get_logger(__name__)

PER_PAGE = 50
SIGN_IN = "people.backends.SignIn"


@never_cache
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Everybody invited; invites by mail, and shows the link to hand over once."""
    at = clock.now()
    require(may_manage_people(request.user, on=at.date()))
    form = InvitationForm(
        request.POST or None, with_roles=may_grant_roles(request.user, on=at.date())
    )
    made = attempt(
        form,
        lambda: invitations_service.invite(**form.cleaned_data, by=acting(request.user), at=at),
    )
    if made is not None:
        invitation, token = made
        link = request.build_absolute_uri(reverse("people:invitation", args=[token]))
        sent = _mailed(invitation, link)
        return render(
            request, "people/invited.html", {"invitation": invitation, "link": link, "sent": sent}
        )
    page = Paginator(directory.invitations(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "people/invitations.html",
        {"form": form, "page": page, "real_now": timezone.now()},
    )


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link useless."""
    at = clock.now()
    require(may_manage_people(request.user, on=at.date()))
    found = get_object_or_404(Invitation, pk=pk)
    try:
        invitations_service.withdraw(invitation=found, by=acting(request.user), at=at)
    except invitations_service.NothingToWithdraw as refused:
        messages.error(request, str(refused))
    return redirect("people:invitations")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads: choose a name and a password, and be signed in."""
    try:
        found = invitations_service.find(token=token)
    except invitations_service.NotValid as refused:
        return render(request, "people/invitation_gone.html", {"why": refused}, status=404)
    form = AcceptForm(request.POST or None, initial={"name": found.name})
    user = attempt(
        form,
        lambda: invitations_service.accept(token=token, **form.cleaned_data, at=clock.now()),
    )
    if user is not None:
        login(request, user, backend=SIGN_IN)
        messages.success(request, _("Welcome to Makmal."))
        return redirect("/")
    return render(request, "people/invitation.html", {"invitation": found, "form": form})


def _mailed(invitation: Invitation, link: str) -> bool:
    """Send the link; when mail fails it can still be handed over."""
    context = {"invitation": invitation, "link": link}
    try:
        send_mail(
            subject=_("Invitation to Makmal"),
            message=render_to_string("people/mail/invitation.txt", context),
            from_email=None,
            recipient_list=[invitation.email],
        )
    except (OSError, smtplib.SMTPException) as error:
        log.warning("invitation_mail_failed", error=type(error).__name__)
        return False
    return True

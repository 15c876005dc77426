"""One action: done with evidence by its owner, verified by another."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from forums import permissions
from forums.forms import DoneForm, WithdrawActionForm
from forums.models import Action
from forums.selectors.actions import overdue_since
from forums.services import actions
from ledger.rules.errors import Refused
from people.forms.refusals import attempt, show
from people.permissions import require
from people.selectors import actors, people


@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be done by whom; the owner reports it done here."""
    at = clock.now()
    found = _readable(request, pk)
    post = permissions.doing_post(request.user, found, on=at.date())
    form = DoneForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(post)
        if form.is_valid():
            try:
                actions.report(
                    action=found,
                    note=form.cleaned_data["note"],
                    file=form.cleaned_data["evidence"],
                    by=actors.acting(request.user, post=post),
                    at=at,
                )
            except Refused as refused:
                show(form, refused)
            else:
                done = _("Reported done.")
                if actions.is_high(found):
                    done = _("Reported done. Somebody else verifies it.")
                messages.success(request, done)
                return redirect("forums:action", pk=found.pk)
    context = {
        "action": found,
        "form": form,
        "doing_post": post,
        "may_read_decision": found.decision is not None
        and permissions.may_read_decision(request.user, found.decision, on=at.date()),
        "overdue_since": overdue_since(found, at.date()),
        "may_verify": permissions.may_verify_action(request.user, found, on=at.date()),
        "may_withdraw": permissions.may_withdraw_action(request.user, found, on=at.date()),
    }
    return render(request, "forums/action.html", context)


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person confirms that it was done."""
    at = clock.now()
    found = _readable(request, pk)
    require(permissions.may_verify_action(request.user, found, on=at.date()))
    held = people.posts_of(request.user, at.date())
    post = next((each for each in held if each.pk == found.verifier_id), None)
    try:
        actions.verify(action=found, by=actors.acting(request.user, post=post), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Verified."))
    return redirect("forums:action", pk=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The forum that decided on it takes it back, with a reason."""
    at = clock.now()
    found = _readable(request, pk)
    require(permissions.may_withdraw_action(request.user, found, on=at.date()))
    post = permissions.withdrawing_post(request.user, found, on=at.date())
    form = WithdrawActionForm(request.POST or None)
    if request.method == "POST" and (
        attempt(
            form,
            lambda: actions.withdraw(
                action=found,
                reason=form.cleaned_data["reason"],
                by=actors.acting(request.user, post=post),
                at=at,
            ),
        )
        is not None
    ):
        messages.success(request, _("The action is withdrawn. Its owner is told."))
        return redirect("forums:action", pk=found.pk)
    return render(request, "forums/action_withdraw.html", {"action": found, "form": form})


def _readable(request: HttpRequest, pk: int) -> Action:
    related = (
        *("owner__organisation", "verifier__organisation", "decision__motion__forum"),
        *("done_by", "verified_by", "evidence", "by_user", "by_post__organisation"),
    )
    found = get_object_or_404(Action.objects.select_related(*related), pk=pk)
    if not permissions.may_read_action(request.user, found, on=clock.now().date()):
        raise Http404
    return found

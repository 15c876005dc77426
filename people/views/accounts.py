"""Accounts and their roles."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from ledger.rules.errors import Refused
from people.forms.accounts import RoleForm, SystemForm
from people.forms.refusals import attempt
from people.models import User
from people.permissions import may_grant_roles, may_manage_people, may_manage_tokens, require
from people.selectors import directory
from people.selectors.actors import acting
from people.services import roles as roles_service
from people.services import users as users_service

PER_PAGE = 50


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """Every account."""
    on = clock.now().date()
    require(may_manage_people(request.user, on=on))
    page = Paginator(directory.users(on), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/users.html", {"page": page})


@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its posts and roles; the administrator gives roles here."""
    at = clock.now()
    require(may_manage_people(request.user, on=at.date()))
    may_grant = may_grant_roles(request.user, on=at.date())
    found = get_object_or_404(directory.users(at.date()), pk=pk)
    form = RoleForm(request.POST or None)
    if request.method == "POST":
        require(may_grant)
        granted = attempt(
            form,
            lambda: roles_service.grant(
                user=found, role=form.cleaned_data["role"], by=acting(request.user), at=at
            ),
        )
        if granted is not None:
            return redirect("people:user", found.pk)
    return _page(request, found, form, may_grant=may_grant)


@require_POST
def role_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role from an account."""
    at = clock.now()
    require(may_grant_roles(request.user, on=at.date()))
    found = get_object_or_404(directory.users(at.date()), pk=pk)
    form = RoleForm(request.POST)
    withdrawn = attempt(
        form,
        lambda: roles_service.withdraw(
            user=found, role=form.cleaned_data["role"], by=acting(request.user), at=at
        ),
    )
    if withdrawn is not None:
        return redirect("people:user", found.pk)
    return _page(request, found, form, may_grant=True)


@require_POST
def user_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    at = clock.now()
    require(may_grant_roles(request.user, on=at.date()))
    found = get_object_or_404(directory.users(at.date()), pk=pk)
    act = users_service.deactivate if found.is_active else users_service.activate
    try:
        act(user=found, by=acting(request.user), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people:user", found.pk)


@require_http_methods(["GET", "POST"])
def system_new(request: HttpRequest) -> HttpResponse:
    """Add an account for an integrating system."""
    at = clock.now()
    require(may_manage_tokens(request.user, on=at.date()))
    form = SystemForm(request.POST or None)
    made = attempt(
        form,
        lambda: users_service.create(
            **form.cleaned_data, is_system=True, by=acting(request.user), at=at
        ),
    )
    if made is not None:
        return redirect("people:token_new")
    return render(request, "people/system_new.html", {"form": form})


def _page(request: HttpRequest, found: User, form: RoleForm, *, may_grant: bool) -> HttpResponse:
    return render(
        request, "people/user.html", {"account": found, "form": form, "may_grant": may_grant}
    )

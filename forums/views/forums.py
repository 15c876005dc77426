"""Forums: the ladder, one forum, founding and changing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from forums import permissions
from forums.forms import ForumForm, MemberForm
from forums.models import Forum, Membership
from forums.selectors import ladders, meetings, pages
from forums.services import forums, memberships
from ledger.rules.errors import Refused
from people.forms.refusals import show
from people.permissions import require
from people.selectors import actors


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All forums as the ladder they form."""
    on = clock.now().date()
    context = {
        "tops": pages.index(request.user, on),
        "closed": pages.closed(),
        "may_manage": permissions.may_manage_forums(request.user, on=on),
        "may_read_interests": permissions.may_read_interests(request.user, on=on),
        "oversees": permissions.oversees(request.user),
    }
    return render(request, "forums/forums.html", context)


@require_safe
def forum(request: HttpRequest, pk: int) -> HttpResponse:
    """One forum: who sits there, what awaits it, what it decided."""
    on = clock.now().date()
    found = _forum(pk)
    inside = permissions.oversees(request.user) or permissions.takes_part(
        request.user, found, on=on
    )
    waiting = pages.open_motions(found)
    discussed = set(
        permissions.discussed(request.user, on=on)
        .filter(pk__in=[motion.pk for motion in waiting])
        .values_list("pk", flat=True)
    )
    decisions = pages.recent_decisions(found)
    actions = pages.open_actions(found) if inside else []
    behind = [*decisions, *(action.decision for action in actions)]
    readable = permissions.readable_motions(
        request.user, [decision.motion_id for decision in behind], on=on
    )
    shown = [decision for decision in decisions if decision.motion_id in readable]
    context = {
        "forum": found,
        "seats": pages.seats(found, on),
        "children": ladders.below(found),
        "cycles": meetings.open_cycles(found),
        "above": ladders.above(found),
        "inside": inside,
        "waiting": len(waiting),
        "motions": [motion for motion in waiting if motion.pk in discussed],
        "actions": [each for each in actions if each.decision.motion_id in readable],
        "decisions": shown[: pages.SHOWN],
        "hidden": len(decisions) - len(shown),
        "has_acts": pages.has_acts(found, request.user, on),
        "may_manage": permissions.may_manage_forums(request.user, found, on=on),
    }
    return render(request, "forums/forum.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Found a forum."""
    at = clock.now()
    require(permissions.may_manage_forums(request.user, on=at.date()))
    form = ForumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = forums.create(**form.cleaned_data, by=actors.acting(request.user), at=at)
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("The forum is founded."))
            return redirect("forums:forum", pk=made.pk)
    return render(request, "forums/forum_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change settings of a forum; what is under way keeps what it froze."""
    at = clock.now()
    found = _forum(pk)
    require(permissions.may_manage_forums(request.user, found, on=at.date()))
    form = ForumForm(request.POST or None, instance=_forum(pk))
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            if fields:
                forums.change(forum=found, **fields, by=actors.acting(request.user), at=at)
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("The forum is changed."))
            return redirect("forums:forum", pk=found.pk)
    return render(request, "forums/forum_form.html", {"form": form, "forum": found})


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """The places of a forum: give one, end one."""
    at = clock.now()
    found = _forum(pk)
    require(permissions.may_manage_forums(request.user, found, on=at.date()))
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            memberships.add(forum=found, **form.cleaned_data, by=actors.acting(request.user), at=at)
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("The post has a place here from today."))
            return redirect("forums:members", pk=found.pk)
    current = found.memberships.filter(ends_on=None).select_related("post__organisation")
    context = {"form": form, "forum": found, "memberships": current.order_by("kind", "pk")}
    return render(request, "forums/members.html", context)


@require_POST
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """End a place with today."""
    at = clock.now()
    membership = get_object_or_404(Membership.objects.select_related("forum"), pk=pk)
    require(permissions.may_manage_forums(request.user, membership.forum, on=at.date()))
    try:
        memberships.end(membership=membership, by=actors.acting(request.user), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The place ends today."))
    return redirect("forums:members", pk=membership.forum_id)


def _forum(pk: int) -> Forum:
    related = ("chair__organisation", "alternate__organisation", "secretary__organisation")
    return get_object_or_404(Forum.objects.select_related(*related, "parent", "successor"), pk=pk)

"""One motion and one decision. Votes and minutes are posted to the app that applies them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from forums import permissions
from forums.forms import AnswerForm, VoteForm
from forums.models import Decision, Motion
from forums.selectors import motions as selectors
from forums.selectors import pages
from forums.services import decisions
from ledger.rules.errors import Refused
from people.forms.refusals import show
from people.permissions import require
from people.selectors import actors


@require_safe
def motion(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal, who votes and who stands aside, the votes, the vote form."""
    on = clock.now().date()
    related = ("forum", "by_user", "by_post__organisation", "principal", "principal_post")
    found = get_object_or_404(Motion.objects.select_related(*related), pk=pk)
    if not permissions.may_read_motion(request.user, found, on=on):
        raise Http404
    context = {
        "page": pages.motion_page(found),
        "notes": pages.notes(found),
        "voting_post": permissions.voting_post(request.user, found, on=on),
        "interest": selectors.interest_of(found, request.user, on),
        "minuting_post": permissions.minuting_post(request.user, found, on=on),
        "papers": pages.papers(found, request.user, on),
        "form": VoteForm(),
    }
    return render(request, "forums/motion.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcome with its reason; whoever it was entered for answers here."""
    at = clock.now()
    try:
        found = selectors.decision(pk)
    except Decision.DoesNotExist:
        raise Http404 from None
    if not permissions.may_read_decision(request.user, found, on=at.date()):
        raise Http404
    post = permissions.answering_post(request.user, found, on=at.date())
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        require(post)
        if form.is_valid():
            answer = {"confirm": decisions.confirm, "repudiate": decisions.repudiate}
            try:
                answer[form.cleaned_data["answer"]](
                    decision=found,
                    reason=form.cleaned_data["reason"],
                    by=actors.acting(request.user, post=post),
                    at=at,
                )
            except Refused as refused:
                show(form, refused)
            else:
                messages.success(request, _("Your answer is on record, and the forum is told."))
                return redirect("forums:decision", pk=found.pk)
    context = {
        "decision": found,
        "sources": [(row, (found.at.date() - row.dated).days) for row in found.sources.all()],
        "form": form,
        "answering_post": post,
        "papers": pages.papers(found.motion, request.user, at.date()),
        "inside": permissions.may_read_motion(request.user, found.motion, on=at.date()),
    }
    return render(request, "forums/decision.html", context)


@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """Where whoever presided at a top ruled although they had an interest."""
    require(permissions.may_read_interests(request.user, on=clock.now().date()))
    page = Paginator(selectors.interests_stated(), 50).get_page(request.GET.get("page"))
    return render(request, "forums/interests.html", {"page": page})

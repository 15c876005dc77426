"""Voting on a motion, and entering a forum's decision from its signed minute."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from forums import permissions as forum_permissions
from forums.models import Motion
from forums.selectors import motions as forum_motions
from labs.tasks import find_coordination
from people.forms.refusals import attempt
from people.models import Post
from people.permissions import require
from people.selectors import actors, people
from reviews.forms.votes import MinuteForm, VoteForm, WithdrawForm
from reviews.permissions import reviews as permissions
from reviews.selectors import motion_notes
from reviews.selectors import motions as selectors
from reviews.services import minutes, voting


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote in one's own place; the vote that decides also does what was decided."""
    at = clock.now()
    motion = _readable(request, pk)
    if _is_closed(request, motion) or _has_voted(request, motion):
        return redirect("forums:motion", pk=motion.pk)
    post = forum_permissions.voting_post(request.user, motion, on=at.date())
    if post is None and _stands_aside(request, motion, at.date()):
        return redirect("forums:motion", pk=motion.pk)
    require(post)
    form = VoteForm(request.POST or None)
    if request.method == "POST" and attempt(form, lambda: _cast(request, motion, post, form, at)):
        motion.refresh_from_db()
        if motion.state == Motion.State.OPEN:
            messages.success(request, _("Your vote is recorded. The motion is still open."))
            return redirect("forums:motion", pk=motion.pk)
        messages.success(request, _("Your vote is recorded, and the motion is decided."))
        hurry(find_coordination)  # a plan that came into force may wait for another
        return redirect("forums:decision", pk=motion.decision.pk)
    context = {
        "form": form,
        "motion": motion,
        "post": post,
        "notes": motion_notes.of(motion),
        "subject_url": selectors.subject_url(motion),
    }
    return render(request, "reviews/review_vote.html", context)


def _is_closed(request: HttpRequest, motion: Motion) -> bool:
    """Whether the form was open too long, or is sent again; says so."""
    closed = motion.state != Motion.State.OPEN
    if closed:
        messages.info(request, _("This motion is no longer open. Nothing was added."))
    return closed


def _has_voted(request: HttpRequest, motion: Motion) -> bool:
    voted = forum_motions.has_voted(motion, request.user.pk)
    if voted:
        messages.info(request, _("Your vote is recorded already. A vote is not changed."))
    return voted


def _stands_aside(request: HttpRequest, motion: Motion, on: datetime.date) -> bool:
    """Whether the user sits in the forum but has an interest in the matter; says which."""
    interest = forum_motions.interest_of(motion, request.user, on)
    held = people.post_ids_of(request.user, on)
    if not interest or not motion.voters.filter(post__in=held).exists():
        return False
    messages.error(
        request,
        _("You stand aside in this matter: %(why)s. Your vote is not counted.") % {"why": interest},
    )
    return True


def _cast(
    request: HttpRequest, motion: Motion, post: Post, form: VoteForm, at: datetime.datetime
) -> bool:
    """One vote; true also while the motion stays open."""
    voting.vote(
        motion=motion,
        post=post,
        **form.cleaned_data,
        by=actors.acting(request.user, post=post),
        at=at,
    )
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def minute(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretary enters what the forum decided, with the signed minute."""
    at = clock.now()
    motion = _readable(request, pk)
    if _is_closed(request, motion):
        return redirect("forums:motion", pk=motion.pk)
    post = forum_permissions.minuting_post(request.user, motion, on=at.date())
    require(post)
    form = MinuteForm(request.POST or None, request.FILES or None, motion=motion)
    decision = request.method == "POST" and attempt(
        form,
        lambda: minutes.enter(
            motion=motion,
            minuted=form.minuted(),
            reason=form.cleaned_data["reason"],
            dissent=form.cleaned_data["dissent"],
            sources=form.sources(),
            file=form.cleaned_data["document"],
            principal_post=form.cleaned_data["principal"],
            by=actors.acting(request.user, post=post),
            at=at,
        ),
    )
    if decision:
        messages.success(request, _("The decision is entered. Whoever signed the minute is told."))
        hurry(find_coordination)
        return redirect("forums:decision", pk=decision.pk)
    context = {"form": form, "motion": motion, "subject_url": selectors.subject_url(motion)}
    return render(request, "reviews/review_minute.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a motion back before it is decided."""
    at = clock.now()
    motion = _readable(request, pk)
    require(permissions.may_withdraw_motion(request.user, motion, on=at.date()))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and attempt(
        form,
        lambda: voting.withdraw(
            motion=motion,
            reason=form.cleaned_data["reason"],
            by=actors.acting(request.user, post=_acting_post(request, motion, at.date())),
            at=at,
        ),
    ):
        messages.success(request, _("The motion is withdrawn."))
        return redirect(selectors.subject_url(motion))
    context = {"form": form, "motion": motion, "subject_url": selectors.subject_url(motion)}
    return render(request, "reviews/review_withdraw.html", context)


@require_safe
def subject(request: HttpRequest, pk: int) -> HttpResponse:
    """On to what a motion decides: its review, its dispute or its revision."""
    motion = get_object_or_404(Motion, pk=pk)
    readable = forum_permissions.readable_motions(request.user, [pk], on=clock.now().date())
    if pk not in readable:
        raise Http404
    return redirect(selectors.subject_url(motion))


def _acting_post(request: HttpRequest, motion: Motion, on: datetime.date) -> Post | None:
    """The chair's post for who holds it; who put the motion acts as they did then."""
    own = motion.by_post if motion.by_user_id == request.user.pk else None
    return forum_permissions.chairing_post(request.user, motion.forum, on=on) or own


def _readable(request: HttpRequest, pk: int) -> Motion:
    """The motion, or 404 for those who may not read it."""
    motion = get_object_or_404(Motion.objects.select_related("forum"), pk=pk)
    if not forum_permissions.may_read_motion(request.user, motion, on=clock.now().date()):
        raise Http404
    return motion

"""Open days: the draft as it was shown, comments, answers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.open_days import AnswerForm, CommentForm, OpenDayForm
from labs.models import Comment, Lab, OpenDay
from labs.permissions import sessions as permissions
from labs.selectors import labs as lab_selectors
from labs.selectors import open_days as selectors
from labs.selectors import plans, sessions
from labs.services import open_days as services
from labs.views.lab_pages import FORM_METHODS, PER_PAGE, about, crumbs, in_zone, readable, running
from labs.views.pages import form_page
from people.permissions import require
from people.selectors import people
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The open days of a lab, and how many comments await an answer."""
    on = clock.now().date()
    lab = readable(request, pk)
    context = {
        "lab": lab,
        "crumbs": crumbs(lab, (_("Open days"), "")),
        "page": Paginator(selectors.of_lab(lab), PER_PAGE).get_page(request.GET.get("page")),
        "may_run": permissions.may_run(request.user, lab, on=on),
        "awaited": selectors.unanswered(lab.plan).count(),
    }
    return render(request, "labs/open_days.html", context)


@require_safe
def open_day(request: HttpRequest, pk: int) -> HttpResponse:
    """What is shown, and what was said of it."""
    at = clock.now()
    found = _readable(request, pk)
    lab = found.lab
    today = sessions.today(lab, at)
    comments = selectors.comments(found)
    wanted = request.GET.get("show") == "unanswered"
    shown = comments.filter(answered_at=None) if wanted else comments
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    parts = selectors.part_titles(found, list(page))
    context = {
        "lab": lab,
        "open_day": found,
        "revision": found.revision,
        "crumbs": crumbs(lab, _back(lab), (found.title, "")),
        "page": page,
        "only_unanswered": wanted,
        "comments": [(each, parts.get(str(each.part_key), "")) for each in page],
        "moved_on": selectors.has_moved_on(found),
        "is_open": selectors.is_open(found, today),
        "is_ahead": today < found.opens_on,
        "may_comment": permissions.may_comment(request.user, found, on=today),
        "may_answer": permissions.may_answer_comments(request.user, found, on=at.date()),
        "awaited": comments.filter(answered_at=None).count(),
    }
    with in_zone(lab):
        return render(request, "labs/open_day.html", context)


@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    at = clock.now()
    lab = running(request, pk)
    form = OpenDayForm(request.POST or None, lab=lab)
    return form_page(
        request,
        form=form,
        act=lambda: services.publish(lab=lab, **form.cleaned_data, by=acting(request.user), at=at),
        to=lambda made: reverse("labs:open_day", args=[made.pk]),
        done=_("The draft is shown to all readers."),
        context=about(lab, _("Publish the draft"), _back(lab)),
    )


@require_http_methods(FORM_METHODS)
def comment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something of the draft; the delivery unit enters what somebody named said."""
    at = clock.now()
    found = _readable(request, pk)
    today = sessions.today(found.lab, at)
    require(permissions.may_comment(request.user, found, on=today))
    enters = people.is_delivery_unit(request.user)
    form = CommentForm(request.POST or None, content=plans.draft(found.revision), ask_author=enters)
    held = people.posts_of(request.user, at.date())
    own = f"{request.user}, {held[0]}" if held else str(request.user)

    def act() -> Comment:
        author = form.cleaned_data.get("author", "")
        return services.comment(
            open_day=found,
            author=author or own,
            text=form.cleaned_data["text"],
            part_key=form.part(),
            on=today,
            entered=bool(author),
            by=acting(request.user, held[0] if held else None),
            at=at,
        )

    url = reverse("labs:open_day", args=[found.pk])
    return form_page(
        request,
        form=form,
        act=act,
        to=lambda made: f"{url}#comment-{made.pk}",
        done=_("The comment is kept. The lab answers each."),
        context=about(found.lab, _("Comment on the draft"), (found.title, url))
        | {"submit": _("Comment")},
    )


@require_http_methods(FORM_METHODS)
def comment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a comment: taken up or not, and why."""
    at = clock.now()
    labs = lab_selectors.readable_ids(request.user, at.date())
    rows = Comment.objects.select_related(
        "open_day__lab__area__programme", "open_day__lab__plan", "open_day__revision"
    )
    comment = get_object_or_404(rows.filter(open_day__lab__in=labs), pk=pk)
    lab = comment.open_day.lab
    require(permissions.may_answer_comments(request.user, comment.open_day, on=at.date()))
    form = AnswerForm(request.POST or None)
    post = permissions.answering_post(request.user, lab, on=at.date())
    url = reverse("labs:open_day", args=[comment.open_day_id])
    return form_page(
        request,
        form=form,
        act=lambda: services.answer(
            comment=comment, **form.cleaned_data, by=acting(request.user, post), at=at
        ),
        to=lambda made: f"{url}#comment-{made.pk}",
        done=_("The comment is answered."),
        template="labs/comment_answer.html",
        context=about(lab, _("Answer the comment"), (comment.open_day.title, url))
        | {"comment": comment, "submit": _("Answer")},
    )


def _readable(request: HttpRequest, pk: int) -> OpenDay:
    labs = lab_selectors.readable_ids(request.user, clock.now().date())
    found: OpenDay = get_object_or_404(selectors.loaded().filter(lab__in=labs), pk=pk)
    return found


def _back(lab: Lab) -> tuple[str, str]:
    return _("Open days"), reverse("labs:open_days", args=[lab.pk])

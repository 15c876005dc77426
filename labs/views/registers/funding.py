"""Money: the chain from sources to transfers, and adding to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.registers import AllocationForm, AmountForm, FilterForm, SourceForm, TransferForm
from labs.models import Allocation, FundingSource, Initiative, Programme
from labs.models.content import Pathway
from labs.permissions import registers as permissions
from labs.selectors import funding as selectors
from labs.selectors import labs
from labs.services import funding as services
from labs.services import transfers
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, about, page_of, readable
from people.permissions import require
from people.selectors.actors import acting

SOURCES_PER_PAGE = 20


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The chain as a table: sources, what is set aside of them, what was transferred."""
    on = clock.now().date()
    programme = readable(request, code)
    filters = {"pathway": (_("Pathway"), [("", _("all")), *Pathway.choices])}
    form = FilterForm(request.GET, filters=filters)
    sources = programme.funding_sources.order_by("name")
    if pathway := form.chosen()["pathway"]:
        sources = sources.filter(pathway=pathway)
    page = page_of(request, sources, SOURCES_PER_PAGE)
    context = about(programme, _("Funding")) | {
        "form": form,
        "page": page,
        "chain": selectors.chain(programme, page.object_list, request.user, on),
        "may_keep": permissions.may_keep(request.user, programme, on=on),
    }
    return render(request, "labs/registers/funding.html", context)


@require_http_methods(FORM_METHODS)
def source_new(request: HttpRequest, code: str) -> HttpResponse:
    """Keep where money comes from."""
    at = clock.now()
    programme = _kept(request, code)
    form = SourceForm(request.POST or None, initial={"currency": programme.currency})
    return form_page(
        request,
        form=form,
        act=lambda: services.add_source(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: _url(programme) + f"#source-{made.pk}",
        done=_("The source is kept."),
        context=about(programme, _("Add a source of money"), _above(programme)),
    )


@require_http_methods(FORM_METHODS)
def source_amount(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change how much a source has."""
    at = clock.now()
    programme = _kept(request, code)
    source = get_object_or_404(FundingSource, programme=programme, pk=pk)
    form = AmountForm(request.POST or None, initial={"amount": source.amount})
    return form_page(
        request,
        form=form,
        act=lambda: services.set_amount(
            source=source, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: _url(programme) + f"#source-{made.pk}",
        done=_("The amount is kept."),
        context=about(
            programme, _("Change the amount of “%(name)s”") % {"name": source}, _above(programme)
        ),
    )


@require_http_methods(FORM_METHODS)
def allocation_new(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Propose to set part of a source aside."""
    at = clock.now()
    programme = _kept(request, code)
    source = get_object_or_404(FundingSource, programme=programme, pk=pk)
    plans = labs.readable_plans(request.user, at.date()).filter(lab__area__programme=programme)
    initiatives = Initiative.objects.filter(plan__in=plans.values("pk"), until_revision=None)
    form = AllocationForm(
        request.POST or None,
        initiatives=initiatives.select_related("plan__lab__area").order_by("title"),
    )
    return form_page(
        request,
        form=form,
        act=lambda: services.propose(
            source=source, **form.values(), by=acting(request.user), at=at
        ),
        to=lambda made: _url(programme) + f"#allocation-{made.pk}",
        done=_("The allocation is proposed. Put it to a forum next: it counts once it is decided."),
        context=about(
            programme,
            _("Propose an allocation of “%(name)s”") % {"name": source},
            _above(programme),
        )
        | {"submit": _("Propose")},
    )


@require_http_methods(FORM_METHODS)
def transfer_new(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Record money moved under an allocation."""
    at = clock.now()
    programme = _kept(request, code)
    found = get_object_or_404(selectors.allocations(), source__programme=programme, pk=pk)
    _require_named(request, found)
    form = TransferForm(request.POST or None, initial={"on": at.date()})
    return form_page(
        request,
        form=form,
        act=lambda: transfers.record(
            allocation=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(programme) + f"#allocation-{found.pk}",
        done=_("The transfer is recorded."),
        context=about(
            programme, _("Record a transfer: %(purpose)s") % {"purpose": found}, _above(programme)
        )
        | {"submit": _("Record the transfer")},
    )


def _kept(request: HttpRequest, code: str) -> Programme:
    """The programme, for those who keep its money."""
    programme = readable(request, code)
    require(permissions.may_keep(request.user, programme, on=clock.now().date()))
    return programme


def _require_named(request: HttpRequest, found: Allocation) -> None:
    """404 where the allocation is for a lab kept from the reader."""
    on = clock.now().date()
    if found.plan_id is None:
        return
    if not labs.readable_plans(request.user, on).filter(pk=found.plan_id).exists():
        raise Http404


def _above(programme: Programme) -> tuple[str, str]:
    return _("Funding"), _url(programme)


def _url(programme: Programme) -> str:
    return reverse("labs:funding", args=[programme.code])

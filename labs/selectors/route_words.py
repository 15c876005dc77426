"""Why a revision goes where it goes, in sentences for pages and motions."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from labs.models import Change
from labs.rules import limits as rules
from labs.rules.limits import Exceeded
from labs.selectors.limits import Route

LISTED = 20  # sentences; of more it is said how many
DATES = {
    "starts_on": gettext_lazy("start"),
    "finishes_on": gettext_lazy("finish"),
    "expires_on": gettext_lazy("expiry"),
    "wind_down_until": gettext_lazy("wound down by"),
    "verify_on": gettext_lazy("verified on"),
    "due_on": gettext_lazy("needed by"),
}


def why(route: Route) -> list[str]:
    """The sentences, most telling first; of a first plan one."""
    if route.first:
        return [_("A first plan is approved by the steering committee of its lab.")]
    if route.within:
        return [_("It changes execution only, within the limits: it is the owner's to make.")]
    found = [*_ended(route), *_goals(route)]
    measured = [each for each in route.over if each.reach.kind != rules.GOAL]
    found += [_measured(each, route) for each in measured[:LISTED]]
    if len(measured) > LISTED:
        found.append(_("and %(n)d more over a limit") % {"n": len(measured) - LISTED})
    return found or [_("It changes nothing yet.")]


def _ended(route: Route) -> list[str]:
    n = len(route.ended)
    if not n:
        return []
    said = ngettext(
        "%(n)d target is of a period that has ended",
        "%(n)d targets are of periods that have ended",
        n,
    ) % {"n": n}
    if route.is_top:
        text = _("%(targets)s: there is no forum above %(forum)s, which decides it itself")
        return [text % {"targets": said, "forum": route.named}]
    text = _("%(targets)s: only a forum above %(named)s decides that, here %(forum)s")
    return [text % {"targets": said, "named": route.named, "forum": route.forum}]


def _goals(route: Route) -> list[str]:
    goals = [each for each in route.over if each.reach.kind == rules.GOAL]
    if not goals:
        return []
    said = ngettext(
        "%(n)d change of a goal or target: %(forum)s",
        "%(n)d changes of goals or targets: %(forum)s",
        len(goals),
    )
    return [said % {"n": len(goals), "forum": _forum(goals[0], route)}]


def _measured(each: Exceeded, route: Route) -> str:
    reach = each.reach
    names = {
        "part": str(Change.Part(reach.part).label).capitalize(),
        "title": reach.title,
        "over": figure(each.limit.over),
        "forum": _forum(each, route),
    }
    if reach.kind == rules.BUDGET:
        said = _("%(part)s “%(title)s” %(amount)s %%, over %(over)s %%: %(forum)s")
        return said % {**names, "amount": signed(reach.amount)}
    names["field"] = str(DATES.get(reach.field, reach.field))
    if reach.amount is None:
        return _("%(part)s “%(title)s”, %(field)s: the day is given up: %(forum)s") % names
    said = _("%(part)s “%(title)s”, %(field)s: %(amount)s days, over %(over)s: %(forum)s")
    return said % {**names, "amount": signed(reach.amount)}


def _forum(each: Exceeded, route: Route) -> str:
    return str(route.forums.get(each.limit.decides, route.named))


def signed(amount: Decimal | None) -> str:
    """A per cent or days with its sign, to one place: +35, −12.5."""
    given = amount or Decimal(0)
    return f"{'−' if given < 0 else '+'}{figure(abs(given))}"


def figure(amount: Decimal) -> str:
    """A number to one place, without idle zeros."""
    text = format(amount.quantize(Decimal("0.1")), "f")
    return text.rstrip("0").rstrip(".")

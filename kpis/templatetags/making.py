"""What a value is made of, in words: ``{% load making %}{{ made_of|composite_line:unit }}``."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.rules.aggregate import AVERAGE, RATIO_OF_SUMS, Extent
from kpis.templatetags.measuring import signed, value_of
from kpis.templatetags.readings import observed, short
from people.templatetags.formats import NOTHING, number, quantity

register = template.Library()

MOST = 12


@register.filter
def weighed(line: Any) -> str:
    """A component's value times its weight."""
    if line.seen is None:
        return NOTHING
    return observed(Extent.of(line.seen.observation).times(Fraction(line.weight)).observation())


@register.filter
def listed(names: Sequence[str], most: int = MOST) -> str:
    """Names with commas; many are counted after the twelfth."""
    said = ", ".join(names[:most])
    more = len(names) - most
    if more <= 0:
        return said
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": said,
        "count": more,
    }


@register.filter
def composite_line(found: Any, unit: str = "") -> str:
    """The arithmetic of a composite: (80 × 3 + 60 × 1) ÷ 4 = 75."""
    if found.missing:
        return _("No value until every component has one; still to come: %(names)s.") % {
            "names": listed(found.missing)
        }
    if found.made.extent is None:
        return _("The values of the components leave it open.")
    terms = " + ".join(
        f"{observed(line.seen.observation)} × {number(short(line.weight))}" for line in found.lines
    )
    words = {"terms": terms, "value": value_of(found.made, unit)}
    if not found.is_mean:
        return _("%(terms)s = %(value)s.") % words
    return _("(%(terms)s) ÷ %(weights)s = %(value)s.") % (
        words | {"weights": number(short(found.made.weight))}
    )


@register.filter
def totals_line(found: Any, unit: str = "") -> str:
    """What the parts make, what they should make, and the difference."""
    check = found.check
    if check.made.extent is None:
        return {
            "nothing": _("No part has a value for the period."),
            "no_ratio": _(
                "A part has no numerator and denominator, so that the parts make no ratio."
            ),
        }.get(check.made.why, _("The bounds reported leave open what the parts make."))
    words = {"made": value_of(check.made, unit), "total": observed(found.total, unit)}
    if found.hundred:
        said = _("The shares sum to %(made)s; they must sum to 100.") % words
    elif check.whole is None:
        return _("The parts make %(made)s; no total was reported.") % words
    elif check.how == AVERAGE:
        said = _("The average of the parts is %(made)s; reported as total is %(total)s.") % words
    elif check.how == RATIO_OF_SUMS:
        said = (
            _(
                "Numerators and denominators of the parts, summed, make %(made)s; reported as total is"
                " %(total)s."
            )
            % words
        )
    else:
        said = _("The parts sum to %(made)s; reported as total is %(total)s.") % words
    return f"{said} {_difference(check.difference, unit)}".strip()


def _difference(difference: Extent | None, unit: str) -> str:
    if difference is None:
        return ""
    if not difference.is_exact:
        seen = difference.observation()
        return _("Parts less total: %(value)s.") % {"value": observed(seen, unit)} if seen else ""
    if not difference.low:
        return _("There is no difference.")
    return _("Difference: %(value)s.") % {"value": quantity_signed(difference.low, unit)}


def quantity_signed(value: Fraction, unit: str) -> str:
    """A difference with its sign and unit: +2 cases."""
    sign = signed(value)[:1]
    return f"{sign}{quantity(short(abs(value)), unit)}"

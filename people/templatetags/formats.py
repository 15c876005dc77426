"""Numbers, money, dates and periods as people read them, in their own language.

Filters never raise on missing data: nothing is shown as an en dash, never as zero.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from people import days as days_in
from people.rules import units

register = template.Library()

NOTHING = "–"


def plain_decimal(value: Decimal) -> str:
    """Return ``value`` in full digits without trailing zeros or an exponent ("100", "97.3")."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@register.filter
def number(value: object) -> str:
    """A number without trailing zeros, grouped as the reader's language does: 1,234.5."""
    if value is None or value == "":
        return NOTHING
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not amount.is_finite():
        return NOTHING
    return number_format(plain_decimal(amount), use_l10n=True, force_grouping=True)


@register.filter
def unstopped(text: object) -> str:
    """What somebody wrote, without its full stop, for the middle of a sentence of ours."""
    said = str(text).rstrip()
    return said if said.endswith("..") else said.removesuffix(".")


@register.filter
def quantity(value: object, unit: str | None = "") -> str:
    """A number with its unit as recorded: 95.2%, 1,200 dwellings, RM 81.4 billion."""
    shown = number(value)
    return shown if shown == NOTHING else _in_unit(shown, unit)


def span(low: object, high: object, unit: str | None = "") -> str:
    """From a number to another, with the unit said once: 70 to 80%, RM 3 to 4 billion."""
    said = _("%(low)s to %(high)s") % {"low": number(low), "high": number(high)}
    return _in_unit(said, unit)


def from_end(low: object, unit: str | None = "") -> str:
    """The lower end in a sentence that goes on "to 80%": 70; but RM 3 billion, which cannot wait."""
    return quantity(low, unit) if units.sides(unit)[0] else number(low)


def _in_unit(said: str, unit: str | None) -> str:
    before, after = units.sides(unit)
    return f"{before}{said}{after}"


@register.filter
def money(value: object, currency: str = "") -> str:
    """An amount with its currency code in front: MYR 1,200,000."""
    shown = number(value)
    return shown if shown == NOTHING or not currency else f"{currency}\N{NO-BREAK SPACE}{shown}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in words: 3 March 2019."""
    if not value:
        return NOTHING
    return days_in.in_words(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time: 3 March 2019, 14:05."""
    if not value:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(value)}, {date_format(local, 'H:i')}"


def period_label(start: date, end: date) -> str:
    """Name the period from ``start`` to ``end``, both included.

    2012, Q1 2012, March 2019, 3 March 2019, or 1 Jan to 31 Aug 2010 for anything else.
    """
    if start == end:
        return day(start)
    whole_months = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if whole_months and start.year == end.year:
        if (start.month, end.month) == (1, 12):
            return str(start.year)
        if start.month == end.month:
            return date_format(start, pgettext("date format of a month", "F Y"))
        if start.month % 3 == 1 and end.month == start.month + 2:
            quarter = start.month // 3 + 1
            return _("Q%(quarter)d %(year)d") % {"quarter": quarter, "year": start.year}
    short = pgettext("date format of a day without its year", "j M")
    full = pgettext("date format of a short day", "j M Y")
    first = date_format(start, short if start.year == end.year else full)
    return _("%(start)s to %(end)s") % {"start": first, "end": date_format(end, full)}


@register.simple_tag
def period(start: date | None, end: date | None) -> str:
    """``{% period reading.start reading.end %}``: the name of a period, both days included."""
    if start is None or end is None:
        return NOTHING
    return period_label(days_in.of(start), days_in.of(end))


@register.filter
def period_of(item: object) -> str:
    """``{{ reading|period_of }}``: the same for anything with ``start``/``end`` or ``period_start``/``period_end``."""
    start = getattr(item, "period_start", None) or getattr(item, "start", None)
    end = getattr(item, "period_end", None) or getattr(item, "end", None)
    return period(start, end)


@register.simple_tag(takes_context=True)
def deadline(
    context: template.Context, due: date | datetime | None, now: datetime | None = None
) -> str | SafeString:
    """``{% deadline action.due_at %}``: the day something is due, and by how many days it is overdue.

    ``now`` is the business time; by default the page's ``business_now``.
    """
    if not due:
        return _("No deadline")
    now = now or context.get("business_now")
    shown = day(due)
    if now is None:
        return shown
    left = (days_in.of(due) - days_in.of(now)).days
    if left > 0:
        return _("%(date)s (in %(count)s)") % {"date": shown, "count": days(left)}
    if left == 0 and not (isinstance(due, datetime) and due < now):
        return _("%(date)s (today)") % {"date": shown}
    late = _("overdue today") if left == 0 else _("overdue by %(count)s") % {"count": days(-left)}
    return format_html('{} <span class="makmal-overdue">{}</span>', shown, late)


@register.filter
def days(count: int) -> str:
    """A number of days in words: 1 day, 12 days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}

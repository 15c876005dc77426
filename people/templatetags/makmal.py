"""Components for every page: ``{% load makmal %}`` gives these tags, the formats and the form tags.

Block tags wrap what stands between them: ``{% card title=_("Readings") %}…{% endcard %}``.
Each component is documented at the top of its template in templates/components/.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from people.templatetags import formats, govuk_forms
from people.templatetags.statuses import look_of

register = template.Library()
for library in (formats.register, govuk_forms.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)


@register.inclusion_tag("components/status_tag.html")
def status_tag(status: str, word: str = "") -> dict[str, object]:
    """``{% status_tag series.status %}``; ``word`` replaces the usual word, never the symbol."""
    look = look_of(status)
    return {"word": word or look.word, "symbol": look.symbol, "tone": look.tone}


@register.inclusion_tag("components/status_tag.html")
def tag(word: str, tone: str = "neutral", symbol: str = "•") -> dict[str, object]:
    """``{% tag _("Tier 2") "info" "▶" %}``: a mark of your own; tones good, warn, bad, info, special, neutral."""
    return {"word": word, "symbol": symbol, "tone": tone}


@register.filter
def person(user: Any) -> str | SafeString:
    """``{{ act.by_user|person }}``: a name, with a small mark when a demo invented it."""
    if not user:
        return formats.NOTHING
    if not user.is_illustrative:
        return str(user)
    return format_html(
        '{}<span class="makmal-invented" aria-hidden="true">*</span>'
        '<span class="govuk-visually-hidden"> ({})</span>',
        user,
        _("illustrative"),
    )


@register.filter
def who(value: Any) -> str | SafeString:
    """``{{ who|who }}``: a person with their mark, or a name that is already words."""
    return person(value) if hasattr(value, "is_illustrative") else str(value)


@register.simple_tag(takes_context=True)
def post_then(context: Mapping[str, Any], post: Any, at: date | datetime) -> str:
    """``{% post_then act.by_post act.at %}``: a post under the name it had on that day."""
    known = context.get("names_then")
    if known is None:
        return str(post)
    return str(known.post(post, at.date() if isinstance(at, datetime) else at))


@register.simple_tag(takes_context=True)
def name_then(context: Mapping[str, Any], organisation: Any, at: date | datetime) -> str:
    """``{% name_then party.organisation party.joined_at %}``: as it was called on that day."""
    known = context.get("names_then")
    if known is None:
        return str(organisation)
    return str(known.name(organisation, at.date() if isinstance(at, datetime) else at))


@register.simple_tag(takes_context=True)
def seat_then(context: Mapping[str, Any], kind: str, holder: Any, at: date | datetime) -> str:
    """``{% seat_then "seat" seat session.starts_at %}``: whose a seat or "party" was on that day."""
    known = context.get("names_then")
    if known is None:
        return str(holder.organisation)
    return str(known.of(kind, holder, at.date() if isinstance(at, datetime) else at))


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*labels_and_urls: str) -> dict[str, object]:
    """``{% breadcrumbs _("Board") board_url kpi.name "" %}``: labels and addresses in turn."""
    return {"crumbs": list(zip(labels_and_urls[::2], labels_and_urls[1::2], strict=True))}


@register.filter
def has_column(numeric: str | None, index: int) -> bool:
    """Whether column ``index`` is one of those listed in ``numeric`` ("1,3")."""
    return str(index) in str(numeric or "").replace(" ", "").split(",")


@register.filter
def value_at(found: Mapping[Any, Any] | None, key: Any) -> Any:
    """``{{ links|value_at:motion.pk }}``: what a mapping holds under a key, or nothing."""
    return found.get(key) if found else None


@register.simple_block_tag
def card(content: str, title: str = "", level: int = 2, tone: str = "", id: str = "") -> SafeString:
    """A section with a border and a heading."""
    return render_to_string(
        "components/card.html",
        {"content": content, "title": title, "level": level, "tone": tone, "id": id},
    )


@register.simple_block_tag
def scroll(content: str, label: str) -> SafeString:
    """A region that scrolls sideways, for tables; ``label`` names it."""
    return render_to_string("components/scroll.html", {"content": content, "label": label})


@register.simple_block_tag
def summary_list(content: str) -> SafeString:
    """A list of names and values made of ``summary_row``."""
    return SafeString(f'<dl class="govuk-summary-list">{content}</dl>')


@register.simple_block_tag
def summary_row(content: str, label: str, url: str = "", link: str = "") -> SafeString:
    """One name and value, with an optional link to change it."""
    return render_to_string(
        "components/summary_row.html",
        {"content": content, "label": label, "url": url, "link": link},
    )


@register.simple_block_tag
def panel(content: str, title: str) -> SafeString:
    """The large confirmation at the top of a page of its own."""
    return render_to_string(
        "components/panel.html", {"content": SafeString(content.strip()), "title": title}
    )


@register.simple_block_tag
def warning(content: str) -> SafeString:
    """A consequence people must know before they act."""
    return render_to_string("components/warning.html", {"content": content})


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """A remark set apart from the text."""
    return render_to_string("components/inset.html", {"content": content})


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> SafeString:
    """More for those who want it, folded away."""
    return render_to_string(
        "components/details.html", {"content": content, "summary": summary, "open": open}
    )


@register.simple_block_tag
def empty(content: str, title: str) -> SafeString:
    """Nothing here, why, and what to do."""
    return render_to_string(
        "components/empty.html", {"content": SafeString(content.strip()), "title": title}
    )

"""The changes that do not say why yet, as gaps of the gate: each with its link."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labs.models import Revision
from labs.selectors import unreasoned
from labs.selectors.content import OPEN

LISTED = 20


def missing(revision: Revision) -> Iterator[tuple[str, str, str]]:
    """Code, words and address of each; of many, how many more."""
    if revision.state not in OPEN:
        return
    waiting = unreasoned.of(revision)
    url = reverse("labs:reasons", args=[revision.pk])
    for n, (_ids, line) in enumerate(waiting.lines[:LISTED]):
        said = _("“%(title)s” changes without a reason. Say why.")
        ending = f"#id_changes_{n}" if n else "#id_changes"
        yield "reason", said % {"title": line.title or _("a target")}, url + ending
    more = len(waiting.lines) + waiting.more - LISTED
    if more > 0:
        said = ngettext(
            "%(n)d more change has no reason.", "%(n)d more changes have no reason.", more
        )
        yield "reason", said % {"n": more}, url

"""The words for what stands in a lineage: one of a kind, and many of it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "lab": _("Lab"),
    "goal": _("Goal"),
    "initiative": _("Initiative"),
    "kpi": _("KPI"),
    "deviation": _("Deviation"),
    "review": _("Review"),
    "dispute": _("Dispute"),
    "referral": _("Asked of others"),
    "decision": _("Decision"),
    "revision": _("Revision"),
    "lesson": _("Lesson"),
}
MANY: dict[str, str | Promise] = {
    "lab": _("labs"),
    "goal": _("goals"),
    "initiative": _("initiatives"),
    "kpi": _("KPIs"),
    "deviation": _("deviations"),
    "review": _("reviews"),
    "dispute": _("disputes"),
    "referral": _("issues put to others"),
    "decision": _("decisions"),
    "revision": _("revisions"),
    "lesson": _("lessons"),
}

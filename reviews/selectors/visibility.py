"""Which KPIs a user may see by name (fact 8).

Readers of the programme; whoever owns or verifies a KPI always sees it. A
restricted one only those two, members of the forums it is restricted to, and
auditors: everybody else sees it in counts.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from forums.selectors import members
from kpis.models import Kpi
from labs.selectors import programmes
from people.selectors import people


def kpis(user: Any, on: datetime.date) -> QuerySet[Kpi]:
    """The KPIs ``user`` may see by name on the day."""
    posts = people.post_ids_of(user, on)
    readable = Q(area__programme__in=programmes.readable(user, on).values("pk"))
    if people.is_auditor(user):
        return Kpi.objects.filter(readable)
    named = Kpi.restricted_to.through.objects.filter(kpi=OuterRef("pk"))
    forums = members.forum_ids_of(user, on)
    return Kpi.objects.filter(
        (readable & ~Exists(named))
        | (readable & Exists(named.filter(forum__in=forums)))
        | Q(owner__in=posts)
        | Q(verifier__in=posts)
    )

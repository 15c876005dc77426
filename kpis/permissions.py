"""Who may do what with KPIs, values and rules. Pages and the API ask the same functions.

What a user may *read* is in ``kpis.selectors.kpis.readable``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kpis.models import Kpi, Reading
from kpis.selectors import hands, kpis
from labs.models import Programme
from labs.selectors import programmes
from people.models import Post
from people.selectors import people


def may_read_kpi(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Readers of the programme, the KPI's own posts, and whom a restriction names."""
    return kpis.readable(user, on).filter(pk=kpi.pk).exists()


def may_create_kpi(user: Any, programme: Programme, *, on: date) -> bool:
    """The delivery unit, while the programme runs."""
    return people.is_delivery_unit(user) and not programme.is_closed


def may_change_kpi(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Owner, verifier, definition, restriction: the delivery unit."""
    return may_create_kpi(user, kpi.area.programme, on=on)


def may_change_rules(user: Any, programme: Programme, *, on: date) -> bool:
    """Settings of the rules: the delivery unit."""
    return may_create_kpi(user, programme, on=on)


def may_set_kpi_rules(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Give a KPI its own setting of a rule, or the programme's again: the delivery unit.

    Not whoever holds the owner's post too: nobody sets the bar for what they own (fact 9).
    """
    return may_create_kpi(user, kpi.area.programme, on=on) and not _owns(user, kpi, on)


def may_set_status(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Say by hand how a KPI stands: the delivery unit, not whoever owns the KPI (fact 9)."""
    return may_set_kpi_rules(user, kpi, on=on)


def may_rebase(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Start a new baseline of its control chart: the delivery unit, not whoever owns the KPI."""
    return may_set_kpi_rules(user, kpi, on=on)


def _owns(user: Any, kpi: Kpi, on: date) -> bool:
    return kpi.owner_id is not None and kpi.owner_id in people.post_ids_of(user, on)


def may_lock(user: Any, programme: Programme, *, on: date) -> bool:
    """Lock periods and lift locks: the delivery unit, while the programme runs."""
    return may_create_kpi(user, programme, on=on)


def may_remind(user: Any, *, on: date) -> bool:
    """Remind those who owe values, at once: the delivery unit."""
    return people.is_delivery_unit(user)


def reporting_post(user: Any, kpi: Kpi, *, on: date) -> Post | None:
    """The post in which ``user`` may enter and correct values: the owner's, and no other."""
    if kpi.area.programme.is_closed or kpi.owner_id is None:
        return None
    return next((post for post in people.posts_of(user, on) if post.pk == kpi.owner_id), None)


def may_report(user: Any, kpi: Kpi, *, on: date) -> bool:
    """The holder of the owner's post for themselves; the delivery unit for them, with evidence."""
    return reporting_post(user, kpi, on=on) is not None or may_report_for(user, kpi, on=on)


def reportable(user: Any, *, on: date) -> QuerySet[Kpi]:
    """The KPIs for which ``may_report`` says yes, and which still take values."""
    open_ones = kpis.readable(user, on).filter(retired_on=None, area__programme__closed_at=None)
    if people.is_delivery_unit(user):
        return open_ones
    return open_ones.filter(owner__in=people.post_ids_of(user, on))


def may_report_for(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Enter a value on the owner's behalf, with the document that shows it."""
    return people.is_delivery_unit(user) and not kpi.area.programme.is_closed


def may_choose_source(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Say which source counts: the delivery unit, since the owner has a stake in it."""
    return people.is_delivery_unit(user) and not kpi.area.programme.is_closed


def may_rank_sources(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Say in which order sources count: as choosing one."""
    return may_choose_source(user, kpi, on=on)


def may_add_evidence(user: Any, reading: Reading, *, on: date) -> bool:
    """Files that show a value, and withdrawing them: as entering values, and who entered it."""
    kpi = reading.series.definition.kpi
    if kpi.area.programme.is_closed:
        return False
    return may_report(user, kpi, on=on) or user.pk == reading.by_user_id


def may_send_readings(user: Any, kpi: Kpi, *, on: date) -> bool:
    """Post values of one KPI through the API; see ``sendable``."""
    return kpi.pk in sendable(user, [kpi], on=on)


def sendable(user: Any, kpis: Iterable[Kpi], *, on: date) -> set[int]:
    """The ids of those KPIs whose values ``user`` may post through the API, in one query.

    Whoever holds the owner's post, the delivery unit, and systems that read the
    programme: a restricted KPI too takes values from a system, which learns nothing
    by sending one. A token must have the scope as well.
    """
    wanted = list(kpis)
    if people.is_delivery_unit(user):
        return {kpi.pk for kpi in wanted}
    posts = people.post_ids_of(user, on)
    read: set[int] = set()
    if user.is_system:
        read = set(programmes.readable(user, on).values_list("pk", flat=True))
    return {kpi.pk for kpi in wanted if kpi.owner_id in posts or kpi.area.programme_id in read}


def may_import(user: Any, *, on: date) -> bool:
    """Load files of values in steps: the delivery unit, and systems that send values."""
    return people.is_delivery_unit(user) or user.is_system


def may_see_imports(user: Any) -> bool:
    """The list of imports: who may load files, and auditors; a system sees its own."""
    return people.is_delivery_unit(user) or people.is_auditor(user) or user.is_system


def importable(user: Any, *, on: date) -> list[int] | None:
    """The programmes whose values ``user`` may load from files; None for all of them."""
    if people.is_delivery_unit(user):
        return None
    return sorted(programmes.readable(user, on).values_list("pk", flat=True))


def verifying_post(user: Any, reading: Reading, *, on: date) -> Post | None:
    """The post in which ``user`` may verify this value: the verifier's, held by another person."""
    kpi = reading.series.definition.kpi
    if kpi.area.programme.is_closed or kpi.verifier_id is None:
        return None
    if user.pk in hands.behind(reading, on):
        return None
    return next((post for post in people.posts_of(user, on) if post.pk == kpi.verifier_id), None)


def may_verify(user: Any, reading: Reading, *, on: date) -> bool:
    """The verifier; where the organisation has no second person, the delivery unit (fact 9)."""
    if verifying_post(user, reading, on=on) is not None:
        return True
    kpi = reading.series.definition.kpi
    return (
        people.is_delivery_unit(user)
        and not kpi.area.programme.is_closed
        and user.pk not in hands.behind(reading, on)
        and not has_second_person(reading, on=on)
    )


def has_second_person(reading: Reading, *, on: date) -> bool:
    """Whether somebody who does not stand behind the value holds the verifier's post."""
    verifier = reading.series.definition.kpi.verifier
    if verifier is None:
        return False
    behind = hands.behind(reading, on)
    return any(holder.pk not in behind for holder in people.holders(verifier, on))

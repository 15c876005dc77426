"""KPIs, their series, and values as people and files give them.

Rows are made by the product's own services. ``kpi()`` is a yearly number that
should rise, in force since 2015, of which nothing is owed before 2030;
``monthly_ratio()`` a share seen in time, by month.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from itertools import count

from kpis.models import (
    Baseline,
    HandStatus,
    Kpi,
    Reading,
    Rule,
    RuleVersion,
    Series,
    Target,
    Trajectory,
)
from kpis.rules.periods import Period, containing, next_period, parse_period
from kpis.rules.values import Observation
from kpis.services import (
    baselines,
    hand_statuses,
    kpis,
    readings,
    rules,
    series,
    targets,
    trajectories,
)
from labs.models import ResultArea
from ledger.rules.actors import Actor
from tests.factories.labs import AreaFactory

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
BY = Actor.system("test")
SOURCE = "Annual report"
_numbers = count(1)


def kpi(area: ResultArea | None = None, *, rules_from: str = "2015-01-01", **fields) -> Kpi:
    """A KPI in a programme with its default rules; "" installs none."""
    area = area or AreaFactory()
    given = {
        "code": f"kpi-{next(_numbers)}",
        "name": "Street crime cases reported",
        "unit": "cases",
        "direction": "increase",
        "effective_from": datetime.date(2015, 1, 1),
        "reporting_from": datetime.date(2030, 1, 1),
        "by": BY,
        "at": AT,
    }
    if rules_from:
        rules.install_defaults(
            programme=area.programme,
            applies_from=datetime.date.fromisoformat(rules_from),
            by=BY,
            at=AT,
        )
    return kpis.create(area=area, **{**given, **fields})


def monthly_ratio(area: ResultArea | None = None, **fields) -> Kpi:
    """Per cent of patients seen in time, by month."""
    given = {"kind": "ratio", "scale": 100, "unit": "%", "frequency": "monthly"}
    return kpi(area, **{**given, **fields})


def total(of: Kpi) -> Series:
    """The total series of the newest definition."""
    return cell(of)


def cell(of: Kpi, key: str = "total") -> Series:
    return series.ensure(definition=of.definitions.order_by("-version")[0], cell_key=key, at=AT)


def number(value: str | Decimal, comparator: str = "=", high: str | None = None) -> Observation:
    return Observation(comparator, Decimal(value), None if high is None else Decimal(high))


def share(above: int, below: int) -> Observation:
    return Observation.ratio(Decimal(above), Decimal(below), Decimal(100))


def period(of: Series, text: str) -> Period:
    return parse_period(text, of.definition.frequency)


def reading(
    of: Series, when: str, value: str | Observation, *, source: str = SOURCE, **fields
) -> Reading:
    """A value of a period ("2018", "2018-03"), entered by hand."""
    seen = value if isinstance(value, Observation) else number(value)
    given = {"by": BY, "at": AT, **fields}
    return readings.record(
        series=of, period=period(of, when), observation=seen, source=source, **given
    ).reading


def target(of: Series, when: str, value: str, **fields) -> Target:
    numbers = {name: Decimal(fields.pop(name)) for name in ("high", "baseline") if name in fields}
    given = {"source": "Roadmap", "by": BY, "at": AT, **numbers, **fields}
    return targets.from_source(series=of, period=period(of, when), value=Decimal(value), **given)


def path(of: Series, **fields) -> Trajectory:
    """A path from a source, evenly through the targets unless said otherwise."""
    given = {"method": "linear", "source": "Roadmap", "by": BY, "at": AT, **fields}
    return trajectories.from_source(series=of, **given)


def history(of: Series, first: str, values: Iterable[str | Observation], **fields) -> list[Reading]:
    """Values of periods that follow each other, from the one that holds ``first`` on."""
    frequency = of.definition.frequency
    when = containing(datetime.date.fromisoformat(first), frequency)
    made = []
    for value in values:
        made.append(reading(of, str(when), value, **fields))
        when = next_period(when, frequency)
    return made


def baseline(of: Series, when: str, reason: str = "Counted another way", **fields) -> Baseline:
    """A new baseline of the control chart from a period on ("2018")."""
    given = {"by": BY, "at": AT, **fields}
    return baselines.rebase(series=of, starts_on=period(of, when).start, reason=reason, **given)


def by_hand(of: Series, status: str = "at_risk", reason: str = "A strike") -> HandStatus:
    """A status set by hand."""
    return hand_statuses.set(series=of, status=status, reason=reason, by=BY, at=AT)


def own_rule(of: Kpi, kind: str = "progress", reason: str = "It is young", **fields) -> RuleVersion:
    """A KPI's own setting of a rule."""
    given = {"parameters": {}, "severity": "review", "by": BY, "at": AT, **fields}
    since = datetime.date(2015, 1, 1)
    return rules.override(kpi=of, kind=kind, applies_from=since, reason=reason, **given)


def rule(of: Kpi, kind: str) -> Rule:
    """The programme's rule of a kind."""
    return Rule.objects.get(programme=of.area.programme, kpi=None, kind=kind)

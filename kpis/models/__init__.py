"""What we measure: KPIs, series, targets, readings, rules and what they found."""

from kpis.models.findings import Deviation, Rule, RuleVersion, Signal
from kpis.models.kpis import (
    Cell,
    CellMember,
    Component,
    Definition,
    Dimension,
    Hold,
    Kpi,
    Member,
    Series,
)
from kpis.models.readings import (
    ImportBatch,
    LiveReading,
    Reading,
    Retraction,
    Source,
    Verification,
)
from kpis.models.targets import HandStatus, SeriesStatus, Target, Trajectory
from kpis.models.tracks import Baseline, Track

__all__ = [
    "Baseline",
    "Cell",
    "CellMember",
    "Component",
    "Definition",
    "Deviation",
    "Dimension",
    "HandStatus",
    "Hold",
    "ImportBatch",
    "Kpi",
    "LiveReading",
    "Member",
    "Reading",
    "Retraction",
    "Rule",
    "RuleVersion",
    "Series",
    "SeriesStatus",
    "Signal",
    "Source",
    "Target",
    "Track",
    "Trajectory",
    "Verification",
]

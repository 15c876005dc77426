"""What we measure: KPIs, series, targets, readings, rules and what they found."""

from kpis.models.findings import Deviation, Rule, RuleVersion, Signal
from kpis.models.kpis import Cell, CellMember, Definition, Dimension, Hold, Kpi, Member, Series
from kpis.models.readings import (
    ImportBatch,
    LiveReading,
    Reading,
    Retraction,
    Source,
    Verification,
)
from kpis.models.targets import SeriesStatus, Target

__all__ = [
    "Cell",
    "CellMember",
    "Definition",
    "Deviation",
    "Dimension",
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
    "Verification",
]

"""What we measure: KPIs, series, targets, readings, rules and what they found."""

from kpis.models.backtests import Backtest, BacktestFlag
from kpis.models.cells import Cell, CellMember, Dimension, Member
from kpis.models.findings import Deviation, Rule, RuleVersion, Signal
from kpis.models.imports import ImportJob, ImportPlace, ImportProblem, ImportRow
from kpis.models.kpis import (
    Component,
    Definition,
    Hold,
    Kpi,
    Series,
)
from kpis.models.locks import PeriodLock
from kpis.models.presence import CellPresence
from kpis.models.readings import (
    Choice,
    ImportBatch,
    LiveReading,
    Reading,
    ReadingDocument,
    Retraction,
    Source,
    SourceRank,
    Verification,
)
from kpis.models.reminders import Reminder, ReminderRound
from kpis.models.targets import HandStatus, SeriesStatus, Target, Trajectory
from kpis.models.tracks import Baseline, Track

__all__ = [
    "Backtest",
    "BacktestFlag",
    "Baseline",
    "Cell",
    "CellMember",
    "CellPresence",
    "Choice",
    "Component",
    "Definition",
    "Deviation",
    "Dimension",
    "HandStatus",
    "Hold",
    "ImportBatch",
    "ImportJob",
    "ImportPlace",
    "ImportProblem",
    "ImportRow",
    "Kpi",
    "LiveReading",
    "Member",
    "PeriodLock",
    "Reading",
    "ReadingDocument",
    "Reminder",
    "ReminderRound",
    "Retraction",
    "Rule",
    "RuleVersion",
    "Series",
    "SeriesStatus",
    "Signal",
    "Source",
    "SourceRank",
    "Target",
    "Track",
    "Trajectory",
    "Verification",
]

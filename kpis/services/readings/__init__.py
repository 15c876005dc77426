"""Readings: recorded once, never changed, never deleted (fact 3).

``record`` and ``record_many`` add, ``correct`` and ``finalise`` supersede, ``retract``
takes back, ``verify`` confirms and ``choose`` says which source counts (``settle``: by the
KPI's list). Each asks for detection of the series it touches.
"""

from kpis.services.readings.bulk import Outcome, record_many
from kpis.services.readings.checks import (
    DefinitionReplaced,
    FuturePeriod,
    PeriodLocked,
    ProgrammeClosed,
    ReadingRefused,
    WorkedOut,
    WrongKind,
)
from kpis.services.readings.intake import Incoming, take_many, take_one
from kpis.services.readings.later import (
    AlreadyVerified,
    NotLive,
    NotProvisional,
    OwnReading,
    correct,
    finalise,
    retract,
    verify,
)
from kpis.services.readings.record import Conflict, Recorded, record
from kpis.services.readings.rows import ReadingRow
from kpis.services.readings.sides import AlreadyCurrent, choose, settle

__all__ = [
    "AlreadyCurrent",
    "AlreadyVerified",
    "Conflict",
    "DefinitionReplaced",
    "FuturePeriod",
    "Incoming",
    "NotLive",
    "NotProvisional",
    "Outcome",
    "OwnReading",
    "PeriodLocked",
    "ProgrammeClosed",
    "ReadingRefused",
    "ReadingRow",
    "Recorded",
    "WorkedOut",
    "WrongKind",
    "choose",
    "correct",
    "finalise",
    "record",
    "record_many",
    "retract",
    "settle",
    "take_many",
    "take_one",
    "verify",
]

"""Readings: recorded once, never changed, never deleted (fact 3).

``record`` and ``record_many`` add, ``correct`` supersedes, ``retract`` takes
back, ``verify`` confirms and ``choose`` says which source counts. Each asks for
detection of the series it touches.
"""

from kpis.services.readings.bulk import Outcome, record_many
from kpis.services.readings.checks import (
    DefinitionReplaced,
    FuturePeriod,
    ProgrammeClosed,
    ReadingRefused,
    WrongKind,
)
from kpis.services.readings.intake import Incoming, take_many, take_one
from kpis.services.readings.later import (
    AlreadyCurrent,
    AlreadyVerified,
    NotLive,
    OwnReading,
    choose,
    correct,
    retract,
    verify,
)
from kpis.services.readings.record import Conflict, Recorded, record
from kpis.services.readings.rows import ReadingRow

__all__ = [
    "AlreadyCurrent",
    "AlreadyVerified",
    "Conflict",
    "DefinitionReplaced",
    "FuturePeriod",
    "Incoming",
    "NotLive",
    "Outcome",
    "OwnReading",
    "ProgrammeClosed",
    "ReadingRefused",
    "ReadingRow",
    "Recorded",
    "WrongKind",
    "choose",
    "correct",
    "record",
    "record_many",
    "retract",
    "take_many",
    "take_one",
    "verify",
]

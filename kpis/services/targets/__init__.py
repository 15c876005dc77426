"""Targets: set by an adopted revision, or loaded with their source; never edited (fact 4).

Called through this module: ``targets.apply(revision=…)``.
"""

from kpis.selectors.targets import in_force
from kpis.services.targets.adopted import apply, period_of
from kpis.services.targets.checks import (
    TargetConflict,
    TargetRefused,
    TargetStale,
    check,
    read,
)
from kpis.services.targets.sourced import (
    TargetRow,
    from_source,
    insert,
    known_targets,
    match,
)

__all__ = [
    "TargetConflict",
    "TargetRefused",
    "TargetRow",
    "TargetStale",
    "apply",
    "check",
    "from_source",
    "in_force",
    "insert",
    "known_targets",
    "match",
    "period_of",
    "read",
]

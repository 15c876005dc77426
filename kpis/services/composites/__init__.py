"""Composite KPIs: their values are worked out from those of their components.

``tracks.changed`` asks for it (``ask``) in the transaction that writes a component's value;
``work_out`` is the sweep that does it, ``recheck`` asks for all. ``check_components`` says
which KPIs a composite may be made of.
"""

from kpis.services.composite_marks import ask, recheck
from kpis.services.composites.checks import (
    CircularComposite,
    ComponentsRefused,
    check_components,
)
from kpis.services.composites.sweep import SOURCE, Counts, work_out

__all__ = [
    "SOURCE",
    "CircularComposite",
    "ComponentsRefused",
    "Counts",
    "ask",
    "check_components",
    "recheck",
    "work_out",
]

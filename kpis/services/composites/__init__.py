"""Composite KPIs: their values are worked out from those of their components.

``tracks.changed`` asks for it (``ask``) in the transaction that writes a component's value;
``work_out`` is the sweep that does it, ``recheck`` asks for all. What a composite may be made
of says kpis.services.kpis.components.
"""

from kpis.services.composite_marks import ask, recheck
from kpis.services.composites.sweep import SOURCE, Counts, work_out

__all__ = ["SOURCE", "Counts", "ask", "recheck", "work_out"]

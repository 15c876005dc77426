"""KPIs: what they mean, in versions, who answers for them, and their end.

Called through this module: ``kpis.create(area=…)``.
"""

from kpis.services.kpis.checks import KpiRefused
from kpis.services.kpis.definitions import REDEFINABLE, create, redefine, take_effect
from kpis.services.kpis.standing import KEEP, assign, restrict, retire

__all__ = [
    "KEEP",
    "REDEFINABLE",
    "KpiRefused",
    "assign",
    "create",
    "redefine",
    "restrict",
    "retire",
    "take_effect",
]

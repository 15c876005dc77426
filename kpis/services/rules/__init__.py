"""Rules of a programme and of single KPIs: versioned settings, each with its reason (fact 13).

``install_defaults``, ``install``, ``change`` and ``set_owner`` are of the programme's
rules; ``override`` gives one KPI its own setting, ``follow_programme`` takes it back.
"""

from kpis.services.rules.own import follow_programme, override
from kpis.services.rules.programme import change, install, install_defaults, set_owner
from kpis.services.rules.versions import RuleRefused

__all__ = [
    "RuleRefused",
    "change",
    "follow_programme",
    "install",
    "install_defaults",
    "override",
    "set_owner",
]

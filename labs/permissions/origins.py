"""Where a lab comes from, and what it was asked to have taught, as far as a reader may see it.

A mini-lab or a reconvened lab comes from the decision on a review. Labs know no review,
so the setting LAB_ORIGIN names the function above that knows:
``origin(lab, user, *, on)``, whose answer templates/labs/_origin.html shows. So does
LAB_LEARNED: ``learned(lab, user, *, on)`` brings the ``template`` that shows it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from labs.models import Lab


def origin(user: Any, lab: Lab, *, on: date) -> Any:
    """What asked for the lab; None for one that no decision asked for."""
    if lab.decision_id is None:
        return None
    return import_string(settings.LAB_ORIGIN)(lab, user, on=on)


def learned(user: Any, lab: Lab, *, on: date) -> Any:
    """The lesson the lab was asked for, and whether the user may answer; None for none."""
    return import_string(settings.LAB_LEARNED)(lab, user, on=on)

"""Who may put money to a forum; the other registers' rules are labs.permissions.registers."""

from __future__ import annotations

import datetime
from typing import Any

from labs.models import Allocation
from labs.permissions import registers


def may_put_allocation(user: Any, allocation: Allocation, *, on: datetime.date) -> bool:
    """The delivery unit, while no decision stands."""
    return allocation.decision_id is None and registers.may_keep(
        user, allocation.source.programme, on=on
    )

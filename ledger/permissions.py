"""Who may read the ledger. The ledger knows no roles: it asks Django's permission
framework, and the people app answers for its roles.
"""

from __future__ import annotations

from typing import Any


def may_read_events(user: Any, obj: object = None) -> bool:
    """Auditors, administrators and the delivery unit."""
    return bool(user.is_authenticated and user.has_perm("ledger.view_event"))


def may_read_restricted(user: Any, obj: object = None) -> bool:
    """Auditors alone: others see that there is an item, and no more (fact 8)."""
    return bool(user.is_authenticated and user.has_perm("ledger.view_restricted"))

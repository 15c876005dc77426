"""Who reads how the installation is."""

from __future__ import annotations

from typing import Any

from people.selectors import people


def may_read_health(user: Any) -> bool:
    """Those who answer for it: delivery unit, auditors, administrators."""
    return people.is_delivery_unit(user) or people.is_auditor(user) or people.is_administrator(user)

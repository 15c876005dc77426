"""What this installation is called where addresses do not last."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

PURPOSE = b"lasting name of the installation"


def lasting_name() -> str:
    """32 hexadecimal digits: the same in every process, after a restart, under a new address.

    Made from the ledger's key, the one thing that is kept as long as the records are; it
    tells nothing about the key. For identifiers that others keep, such as those of entries
    in a calendar.
    """
    key = str(settings.LEDGER_KEY).encode()
    return hmac.new(key, PURPOSE, hashlib.sha256).hexdigest()[:32]

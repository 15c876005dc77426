"""The one kind of "no" that the product says to a person.

Public names::

    Refused(message=None, code=None, fields: dict[str, Text] | None = None)

Every rule and service raises a subclass, which may give its usual ``message``
and ``code`` in its body and be raised bare. Pages, the API and commands catch
``Refused`` in one place and show ``message``; anything else is a fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

# A string, or one that is translated when it is shown (rules know no Django to name it).
Text: TypeAlias = Any


class Refused(Exception):
    """An act that the rules do not allow, with what to do about it.

    ``message`` is for people and says what to do next. ``code`` is for programs
    and stays the same when the wording changes. ``fields`` gives a message per
    form field or column when the refusal concerns some of them. A lazily
    translated message is kept as it is, so that it is read in the language of
    whoever sees it.
    """

    message: Text = "That cannot be done."
    code: str = "refused"

    def __init__(
        self,
        message: Text | None = None,
        code: str | None = None,
        fields: Mapping[str, Text] | None = None,
    ) -> None:
        super().__init__(self.message if message is None else message)
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.fields: dict[str, Text] | None = dict(fields) if fields else None

    def __str__(self) -> str:
        return str(self.message)

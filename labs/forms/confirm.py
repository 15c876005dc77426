"""A question that is answered by one button, and forms that notice they came too late."""

from __future__ import annotations

from typing import Any

from django import forms


class ConfirmForm(forms.Form):
    """No fields: to post it is to say yes. ``confirm`` makes an empty post count as one."""

    confirm = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)


class SeenForm(forms.Form):
    """A form that carries along what it was written on, in ``seen``."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def renew(self, seen: object) -> None:
        """Carry what holds now: once it was compared, the form may be sent again."""
        given: Any = self.data.copy()  # type: ignore[attr-defined]
        given["seen"] = str(seen)
        self.data = given

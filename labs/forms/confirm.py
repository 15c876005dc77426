"""A question that is answered by one button."""

from __future__ import annotations

from django import forms


class ConfirmForm(forms.Form):
    """No fields: to post it is to say yes. ``confirm`` makes an empty post count as one."""

    confirm = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)

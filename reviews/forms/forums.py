"""Closing a forum."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from forums.selectors import ladders
from reviews.selectors import forum_closing


class CloseForumForm(forms.Form):
    """Who takes a forum's place, and why it is closed."""

    successor = forms.ModelChoiceField(
        label=_("Successor"),
        queryset=Forum.objects.none(),
        required=False,
        help_text=_("What would come to this forum goes there from today."),
    )
    reason = forms.CharField(
        label=_("Why it is closed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Everybody around it and around its successor is told."),
    )

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.queryset = forum_closing.successors(forum)
        above = ladders.above(forum)
        field.initial = above.pk if above else None
        if above is not None:
            field.empty_label = _("The forum above: %(forum)s") % {"forum": above.name}
        else:
            field.empty_label = _("None: nothing is above it")

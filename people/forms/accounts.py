"""Forms for invitations, accounts, roles and tokens."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.forms import DayField
from people.models import Post, User
from people.models.access import Role
from people.selectors import directory
from people.services.api_clients import READ, WRITE_DISPUTES, WRITE_PANELS, WRITE_READINGS

LONGEST = datetime.timedelta(days=2 * 365)
NO_ROLE = [("", _("none"))]


class InvitationForm(forms.Form):
    """Whom to invite, into which post or role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200)
    post = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Post"),
        required=False,
        empty_label=_("none"),
        help_text=_("The person holds it from the day they accept."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[*NO_ROLE, *Role.choices], required=False)

    def __init__(self, *args: Any, with_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = directory.open_posts()  # type: ignore[attr-defined]
        if not with_roles:
            del self.fields["role"]


class AcceptForm(forms.Form):
    """What an invited person fills in."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least 10 characters, and nothing that is easy to guess."),
    )


class RoleForm(forms.Form):
    """A role to give."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class SystemForm(forms.Form):
    """An account for an integrating system."""

    name = forms.CharField(label=_("Name of the system"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address of whoever looks after it"),
        max_length=254,
        help_text=_("Nobody signs in with it."),
    )


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        label=_("What the token is for"), max_length=100, help_text=_("Such as: statistics office.")
    )
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Acts as"),
        help_text=_("The token may do what this account may do, within its scopes."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=[
            (READ, _("read")),
            (WRITE_READINGS, _("write readings")),
            (WRITE_DISPUTES, _("decide in disputes")),
            (WRITE_PANELS, _("score and report in panels")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=[READ],
    )
    expires_on = DayField(label=_("Last day"), help_text=_("A real date, at most two years away."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("-is_system", "name")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = timezone.localdate() + datetime.timedelta(days=365)

    def clean_expires_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["expires_on"]
        if day > timezone.localdate() + LONGEST:
            raise forms.ValidationError(_("Choose a day at most two years away."))
        return day

    def expires_at(self) -> datetime.datetime:
        """The end of the last day."""
        end = datetime.time(23, 59, 59)
        return datetime.datetime.combine(self.cleaned_data["expires_on"], end, tzinfo=datetime.UTC)

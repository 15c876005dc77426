"""How sign-in behaves here: accounts come by invitation only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by e-mail; nobody registers themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

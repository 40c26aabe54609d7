"""How people sign in: accounts are made by the administration, never by the visitor."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):
    """Refuse self-registration; new people come by import or from the administration's directory."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the same for everyone
        """Return False: nobody signs up."""
        return False

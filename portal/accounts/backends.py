"""Who signs in, and who is signed in: django-allauth's backend, with the read of every signed-in request prepared."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.core.prepared import prepared


class PortalBackend(AuthenticationBackend):
    """Finds the account of a session with SQL that is written once per process."""

    def get_user(self, user_id: int) -> User | None:
        """The account, read anew; None if there is none or it was closed."""
        found = next(iter(_account(user_id)), None)
        return found if found is not None and self.user_can_authenticate(found) else None


@prepared
def _account(user_id: int) -> "QuerySet[User, User]":
    return User.objects.filter(pk=user_id)

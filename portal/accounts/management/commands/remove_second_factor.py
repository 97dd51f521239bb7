"""`manage.py remove_second_factor EMAIL`: for a member who lost phone, key and recovery codes.

Make sure that it is they who ask, by another way than e-mail: afterwards the password alone signs in.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import services
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Remove every second factor of an account, and end its sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the member signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("No account has this address.")
        if not services.remove_second_factor(user):
            raise CommandError("This account has no second factor.")
        self.stdout.write("Removed: the authenticator app, passkeys and recovery codes. Sessions are ended.")

"""`manage.py demo_notice`: where the demonstration is served, and with which accounts to try it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo.people import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    """Prints the address and the demonstration accounts."""

    help = "Say where the demonstration is served and which accounts it has."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"\n  {settings.PORTAL_NAME} is served at {settings.BASE_URL} (Ctrl-C ends it)\n")
        self.stdout.write(f"  Accounts, all with the password {PASSWORD}:")
        for account in ACCOUNTS:
            self.stdout.write(f"    {account.email:<24} {account.name}: {account.purpose}")
        self.stdout.write("  Mail, such as the confirmation of a new account, is printed below.\n")

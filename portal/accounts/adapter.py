"""Where allauth asks the portal: mails in our name, and what a mail server that is away means for the reader."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sends mails at once, not by the outbox: their links are secrets, and a task's row would keep them."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, or log that it could not be done.

        The answer must be the same whether a mail went out or not, or it would tell who has an account; the page says
        what to do when no mail comes.
        """
        names = {"portal_name": settings.PORTAL_NAME, "base_url": settings.BASE_URL}
        try:
            super().send_mail(template_prefix, email, {**names, **context})
        except (SMTPException, OSError) as error:
            log.error("A mail (%s) could not be sent: %s", template_prefix, type(error).__name__)

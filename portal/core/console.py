"""Mails on the console, for who works on the portal or looks at the demonstration."""

from typing import Any

from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    """Writes a mail's text only: fifty lines of HTML after it would push the link to click out of sight."""

    def write_message(self, message: Any) -> None:
        alternatives = message.alternatives if hasattr(message, "alternatives") else None
        if alternatives is None:
            super().write_message(message)
            return
        message.alternatives = []
        try:
            super().write_message(message)
        finally:
            message.alternatives = alternatives

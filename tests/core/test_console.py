"""What `make demo` shows of a mail."""

from io import StringIO

from django.core.mail import EmailMessage, EmailMultiAlternatives

from portal.core.console import EmailBackend


def test_the_console_shows_the_text_of_a_mail_and_leaves_the_mail_as_it_is() -> None:
    stream = StringIO()
    mail = EmailMultiAlternatives("Confirm", "Open this link: https://portal.example/x", to=["a@example.org"])
    mail.attach_alternative("<p>Open this link</p>", "text/html")
    plain = EmailMessage("Plain", "Only text", to=["a@example.org"])
    assert EmailBackend(stream=stream).send_messages([mail, plain]) == 2
    shown = stream.getvalue()
    for words in ("Subject: Confirm", "Open this link: https://portal.example/x", "Only text"):
        assert words in shown
    assert "<p>" not in shown
    assert "text/html" not in shown
    assert len(mail.alternatives) == 1

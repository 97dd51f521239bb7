"""The mail that carries a message from member to member and shows neither address."""

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from portal.core import letters
from portal.core.models import Letter
from portal.members.models import Block, Message, profile_url

MESSAGE = "member-message"


def owe_message(message: Message) -> bool:
    """Owe the receiver the mail. False if it was owed before."""
    return letters.owe(MESSAGE, str(message.pk), recipient=message.receiver_id, about=message.pk)


def compose_message(letter: Letter) -> EmailMultiAlternatives | None:
    """The mail, or None if the sender's account is closed or was blocked since.

    It comes from the portal and has no Reply-To: an answer goes through the portal too.
    """
    message = Message.objects.select_related("sender").filter(pk=letter.about or 0).first()
    if message is None or not message.sender.is_active:
        return None
    if Block.objects.filter(owner=message.receiver_id, blocked=message.sender_id).exists():
        return None
    sender = profile_url(message.sender_id)
    return letters.compose(
        letter,
        subject=_("%(name)s writes to you") % {"name": message.sender.name},
        template="members/email/message",
        context={
            "sender": message.sender,
            "text": message.text,
            "answer_path": f"{sender}contact/",
            "profile_path": sender,
            "report_path": f"/report/?page={sender}",
        },
    )


letters.register(MESSAGE, compose_message)

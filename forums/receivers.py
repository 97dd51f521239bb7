"""What must happen with rows however they are deleted."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from forums.models import Attachment


@receiver(post_delete, sender=Attachment, dispatch_uid="forums.file_goes_with_its_row")
def file_goes_with_its_row(sender: type[Attachment], instance: Attachment, **kwargs: Any) -> None:
    """A signal, because rows go in many ways: with their post, topic or account, by retention, in the admin.

    The file goes once the row is gone for good: a roll-back must find it again.
    """
    storage, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))

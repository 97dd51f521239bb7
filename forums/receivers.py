"""What must happen with rows however they are deleted."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from forums import counting, erasing
from forums.models import Attachment, Topic
from portal.accounts.models import User


@receiver(post_delete, sender=Attachment, dispatch_uid="forums.file_goes_with_its_row")
def file_goes_with_its_row(sender: type[Attachment], instance: Attachment, **kwargs: Any) -> None:
    """A signal, because rows go in many ways: with their post, topic or account, by retention, in the admin.

    The file goes once the row is gone for good: a roll-back must find it again.
    """
    storage, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@receiver(pre_delete, sender=Topic, dispatch_uid="forums.topic_leaves_its_tally")
def topic_leaves_its_tally(sender: type[Topic], instance: Topic, **kwargs: Any) -> None:
    """A signal, because topics go one by one and many at once. Before the row goes, which alone knows where it is
    counted."""
    counting.forget(instance)


@receiver(pre_delete, sender=User, dispatch_uid="forums.name_leaves_others_texts")
def name_leaves_others_texts(sender: type[User], instance: User, **kwargs: Any) -> None:
    """A signal, because accounts are erased in the admin, which knows no forums. Before the row goes, while its posts
    still say whose they are."""
    erasing.begin(instance)

"""What the events do when something around them changes, in the same transaction."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from portal.core.signals import audience_changed, membership_ended
from portal.events import services
from portal.events.models import EventPage, Registration


@receiver(page_published, sender=EventPage, dispatch_uid="events.announce")
def announce_published(sender: type, instance: EventPage, **kwargs: Any) -> None:
    """Only what is published is told: a draft is nobody's business."""
    services.announce(instance.pk)


@receiver(audience_changed, dispatch_uid="events.audience_changed")
def end_of_audience(sender: Any, pages: list[int], **kwargs: Any) -> None:
    """An event that became private loses those who are not among its readers any more."""
    services.end_unwelcome(EventPage.objects.filter(pk__in=pages).values_list("pk", flat=True))


@receiver(membership_ended, dispatch_uid="events.membership_ended")
def end_of_membership(sender: Any, user_id: int, page_id: int, **kwargs: Any) -> None:
    """Whoever leaves a group leaves its private events too."""
    section = Page.objects.filter(pk=page_id).first()
    if section is not None:
        below = EventPage.objects.below(section.path).filter(registrations__user=user_id)
        services.end_unwelcome(below.values_list("pk", flat=True), user_id=user_id)


@receiver(post_delete, sender=Registration, dispatch_uid="events.registration_deleted")
def fill_place_of_deleted(sender: type, instance: Registration, **kwargs: Any) -> None:
    """An account that is deleted takes its registrations along, and who waits must not wait for ever."""
    if instance.is_registered:
        services.refill(instance.event_id)

"""Wagtail's letters about reviews and comments carry titles: they go to those only whom the page's gate admits."""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from wagtail.admin.mail import EmailNotificationMixin
from wagtail.admin.views.pages import edit
from wagtail.models import Page

from portal.core.admin_access import admits_page


def _about(instance: Any) -> Any:
    """What a workflow's or a task's state is about."""
    state = getattr(instance, "workflow_state", instance)
    return getattr(state, "content_object", None)


def _admitted(people: Iterable[Any], thing: Any) -> list[Any]:
    return [person for person in people if not isinstance(thing, Page) or admits_page(person, thing)]


def narrow_letters() -> None:
    """Wrap the two ways by which Wagtail finds recipients. Called once, when the app is ready."""
    of_reviews, of_comments = EmailNotificationMixin.get_valid_recipients, edit.send_notification

    @wraps(of_reviews)
    def get_valid_recipients(self: EmailNotificationMixin, instance: Any, **kwargs: Any) -> set[Any]:
        return set(_admitted(of_reviews(self, instance, **kwargs), _about(instance)))

    @wraps(of_comments)
    def send_notification(recipient_users: Iterable[Any], notification: str, extra_context: dict[str, Any]) -> Any:
        return of_comments(_admitted(recipient_users, extra_context["page"]), notification, extra_context)

    EmailNotificationMixin.get_valid_recipients = get_valid_recipients
    edit.send_notification = send_notification

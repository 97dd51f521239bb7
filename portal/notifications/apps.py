from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from portal.core import memberships
        from portal.notifications import ending, letters, querysets, receivers, ticks  # noqa: F401

        memberships.register_mark(querysets.UNREAD, querysets.any_unread)
        memberships.register_mark(querysets.FOLLOWS, querysets.any_followed)

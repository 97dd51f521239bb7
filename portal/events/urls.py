"""Addresses of calendar files, which are no pages of the tree. They stand before it."""

from django.urls import URLPattern, path, re_path

from portal.events import feeds

urlpatterns: list[URLPattern] = [
    path("events.ics", feeds.everybody, name="events_of_everybody"),
    path("events/group/<id:page_id>.ics", feeds.of_section, name="events_of_section"),
    path("events/mine/<str:token>.ics", feeds.of_member, name="events_of_member"),
    re_path(r"^(?P<path>(?:[\w\-]+/)+)event\.ics$", feeds.of_event, name="event_file"),
]

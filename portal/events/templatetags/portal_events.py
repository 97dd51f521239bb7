"""Template tags of the events room."""

from django import template

from portal.events.presenting import event_time

register = template.Library()
register.simple_tag(event_time)

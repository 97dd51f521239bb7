"""Template tags of the events room."""

from django import template

from portal.events import markup
from portal.events.presenting import event_time

register = template.Library()
register.simple_tag(event_time)
register.simple_tag(markup.event_rows)
register.simple_tag(markup.options, name="event_options")

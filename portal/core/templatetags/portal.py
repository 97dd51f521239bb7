"""Template tags and filters that every room may use; a builtin, so nothing needs to load it."""

from django import template

register = template.Library()

"""Addresses of the vocabulary that are no pages of the tree. They stand before it."""

from django.urls import URLPattern, path

from taxonomy import views_marking

urlpatterns: list[URLPattern] = [
    path("marked-terms/", views_marking.switch, name="marked_terms"),
]

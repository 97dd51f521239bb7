"""Addresses of search."""

from django.urls import path

from portal.search import analytics, suggesting, views

urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", suggesting.suggest, name="search_suggest"),
    path("opened/", analytics.opened, name="search_opened"),
    path("opensearch.xml", suggesting.description, name="search_description"),
]

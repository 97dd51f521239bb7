"""Addresses of the concept chooser."""

from django.urls import path

from taxonomy import choosing_views

urlpatterns = [
    path("", choosing_views.choose, name="concepts_choose"),
    path("suggest/", choosing_views.suggest, name="concepts_suggest"),
]

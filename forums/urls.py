"""Addresses of the forums that are no page's: files, which keep theirs wherever their topic goes."""

from django.urls import path

from forums import views_files

urlpatterns = [
    path("files/<slug:key>/<str:name>", views_files.file, name="forum_file"),
]

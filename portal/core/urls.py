"""Addresses of the ground floor: health, problem reports, the end of letters, images and documents."""

from django.conf import settings
from django.urls import URLPattern, path

from portal.core import health, media, views_styleguide, views_unsubscribing
from portal.core.problems import views as problems

urlpatterns: list[URLPattern] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("report/", problems.report, name="report_problem"),
    path("report/thanks/", problems.thanks, name="report_thanks"),
    path("unsubscribe/<str:token>/", views_unsubscribing.unsubscribe, name="unsubscribe"),
    path("media/images/<path:name>", media.rendition, name="rendition"),
    # By the name under which Wagtail makes the addresses of documents.
    path("documents/<id:pk>/<path:name>", media.document, name="wagtaildocs_serve"),
]

if settings.PORTAL_STYLEGUIDE:
    urlpatterns.append(path("styleguide/", views_styleguide.styleguide, name="styleguide"))

"""/moderation/…: reporting, the queue, the trail, members, and the guidelines."""

from django.urls import URLPattern, path

from portal.moderation import views, views_guidelines, views_reporting

urlpatterns: list[URLPattern] = [
    path("", views.queue, name="moderation_queue"),
    path("log/", views.log, name="moderation_log"),
    path("log/<id:pk>/undo/", views.undo, name="moderation_undo"),
    path("members/<id:user_id>/", views.member, name="moderation_member"),
    path("things/<slug:kind>/<slug:key>/", views.thing, name="moderation_thing"),
    path("report/<slug:kind>/<slug:key>/", views_reporting.report, name="moderation_report"),
    path("guidelines/", views_guidelines.show, name="moderation_guidelines"),
    path("reports/", views_reporting.reports, name="moderation_reports"),
    path("outcomes/<id:pk>/", views_reporting.outcome, name="moderation_outcome"),
]

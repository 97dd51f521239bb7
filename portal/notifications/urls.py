"""/notifications/…"""

from django.urls import path

from portal.notifications import views

urlpatterns = [
    path("", views.inbox, name="notifications"),
    path("read/", views.read_all, name="notifications_read_all"),
    path("settings/", views.settings, name="notifications_settings"),
    path("settings/<id:pk>/", views.settings_apart, name="notifications_apart"),
    path("watch/", views.watch, name="notifications_watch"),
    path("<id:pk>/", views.open_notice, name="notifications_open"),
    path("<id:pk>/read/", views.read, name="notifications_read"),
]

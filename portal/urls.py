"""Every address of the portal. What is not fixed here is a page of the tree."""

from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from portal.core.serving import serve
from portal.search.sitemaps import SITEMAPS, robots

urlpatterns: list[URLPattern | URLResolver] = [
    # Before Wagtail's own, which they close.
    path("", include("portal.accounts.doors")),
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("portal.accounts.urls")),
    path("", include("portal.core.urls")),
    path("search/", include("portal.search.urls")),
    path("members/", include("portal.members.urls")),
    path("moderation/", include("portal.moderation.urls")),
    path("notifications/", include("portal.notifications.urls")),
    path("vocabulary/choose/", include("taxonomy.choosing_urls")),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("", include("portal.events.urls")),
    path("", include("forums.urls")),
    path("", include("taxonomy.urls")),
    # Wagtail's own view of pages is never reached; its other names are.
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]

handler400 = "portal.core.views_errors.bad_request"
handler403 = "portal.core.views_errors.permission_denied"
handler404 = "portal.core.views_errors.page_not_found"
handler500 = "portal.core.views_errors.server_error"

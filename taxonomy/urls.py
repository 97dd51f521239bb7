"""Addresses of the vocabulary that are no pages of the tree. They stand before it."""

from django.urls import URLPattern, path, re_path

from taxonomy import views_exchange, views_marking

urlpatterns: list[URLPattern] = [
    path("marked-terms/", views_marking.switch, name="marked_terms"),
    re_path(r"^glossary\.(?P<ending>ttl|rdf|jsonld|csv)$", views_exchange.whole, name="glossary_file"),
    re_path(
        r"^glossary/(?P<slug>[\w\-]{1,100})\.(?P<ending>ttl|rdf|jsonld)$", views_exchange.one, name="glossary_term_file"
    ),
]

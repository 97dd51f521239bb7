"""Addresses of the vocabulary for programs, which are no pages of the tree. They stand before it."""

from django.urls import URLPattern, re_path

from taxonomy import views_exchange

urlpatterns: list[URLPattern] = [
    re_path(r"^glossary\.(?P<ending>ttl|rdf|jsonld|csv)$", views_exchange.whole, name="glossary_file"),
    re_path(
        r"^glossary/(?P<slug>[\w\-]{1,100})\.(?P<ending>ttl|rdf|jsonld)$", views_exchange.one, name="glossary_term_file"
    ),
]

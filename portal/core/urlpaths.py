"""Addresses of pages without a query each: the site's root is one page, so a page's address is its path below it."""

from wagtail.models import Page


def address_of(url_path: str) -> str:
    """The site-relative address of the page whose `url_path` this is."""
    return "/" + url_path.split("/", 2)[2]


def page_url(page: Page) -> str:
    """The site-relative address of `page`: its `url_path` without the root page's own slug."""
    return address_of(page.url_path)

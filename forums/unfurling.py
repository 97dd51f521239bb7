"""A link to a page of the portal that stands alone on a line shows as a card: its title, and what it is.

It is decided when somebody reads, never when somebody writes: to a reader who may not see the page, or once it is
gone, the card is the address that was written and no more.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from html import escape, unescape
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from forums.models import BoardPage, Post
from portal.core import references
from portal.core.numbers import ids_in
from portal.core.references import Link
from portal.core.text import LINK_REL, own_path
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer
from taxonomy.models import Concept, GlossaryPage, Status

# Neither a post nor a page of them has more cards; further links stay addresses.
MOST = 40
_ALONE = re.compile(
    rf'(?P<before><p>|<li>|\n)<a href="(?P<url>/[^"]*)" rel="{LINK_REL}">(?P<words>[^<]*)</a>(?=</p>|</li>|\n|<br)'
)
_MARK = f' rel="{LINK_REL}">/'
# Whose first part is the address of a board.
_TOPIC = re.compile(r"(/(?:[\w-]+/)+)(\d{1,18})-[\w-]*/", re.ASCII)
_POST = re.compile(r"(/(?:[\w-]+/)+)post/(\d{1,18})/", re.ASCII)
_MEMBER = re.compile(r"/members/(\d{1,18})/", re.ASCII)
_TERM = re.compile(r"/glossary/([\w-]+)/", re.ASCII)


def unfurled(texts: Iterable[str], viewer: Viewer) -> list[str]:
    """`texts` (html of posts) with their lone links as cards for `viewer`: no query where there are none, else six."""
    whole = list(texts)
    urls = list(dict.fromkeys(url for text in whole for url in addresses(text)))[:MOST]
    if not urls:
        return whole
    found = cards(urls, viewer)

    def shown(match: "re.Match[str]") -> str:
        link = found.get(_address(match) or "")
        return f"{match['before']}{_card(link, match['url'])}" if link else match[0]

    return [_ALONE.sub(shown, text, count=MOST) for text in whole]


def addresses(html: str) -> list[str]:
    """The site-relative addresses that stand alone on a line, without what follows the path."""
    if _MARK not in html:
        return []
    return [url for match in islice(_ALONE.finditer(html), MOST) if (url := _address(match))]


def _address(match: "re.Match[str]") -> str | None:
    url = unescape(match["url"])
    return re.split(r"[?#]", url)[0] if unescape(match["words"]) == url and own_path(url) else None


def _card(link: Link, url: str) -> str:
    about = f'<span class="meta">{escape(link.label)}</span>' if link.label else ""
    return f'<a class="unfurled" href="{url}">{about}<span>{escape(link.title)}</span></a>'


def cards(urls: Iterable[str], viewer: Viewer) -> dict[str, Link]:
    """What the reader may know of each address; one that leads nowhere for him or her is left out."""
    wanted = list(urls)
    forms = {form: {url: match for url in wanted if (match := form.fullmatch(url))} for form in (_TOPIC, _POST)}
    found, boards = _pages({*wanted, *(match[1] for some in forms.values() for match in some.values())}, viewer)
    found = {url: found[url] for url in wanted if url in found}
    rest = [url for url in wanted if url not in found]
    # What looks like the address of a topic and stands below no board is the address of something else.
    topics, posts = (
        {url: match[2] for url, match in forms[form].items() if match[1] in boards and url not in found}
        for form in (_TOPIC, _POST)
    )
    members = {url: match[1] for url in rest if (match := _MEMBER.fullmatch(url))}
    found |= _shown(topics, references.resolve("topic", topics.values(), viewer), _("Topic"))
    found |= _shown(posts, _posts(posts.values(), viewer), _("Post"))
    found |= _shown(members, references.resolve("member", members.values(), viewer), _("Member"))
    return found | _terms(rest, viewer)


def _pages(urls: Collection[str], viewer: Viewer) -> tuple[dict[str, Link], set[str]]:
    """The pages at these addresses, and which of them are boards: one query."""
    roots = {root.root_path for root in Site.get_site_root_paths()}
    paths = [f"{root}{url[1:]}" for root in roots for url in urls]
    rows = Page.objects.filter(url_path__in=paths, live=True, gate__audience_id__in=viewer.audiences)
    links, boards = {}, set()
    for path, title, type_id in rows.values_list("url_path", "title", "content_type_id"):
        url, model = address_of(path), ContentType.objects.get_for_id(type_id).model_class()
        links[url] = Link(title, url, label=str(capfirst(model._meta.verbose_name)) if model else "")
        if model is BoardPage:
            boards.add(url)
    return links, boards


def _posts(keys: Collection[str], viewer: Viewer) -> dict[str, Link]:
    """The topics of the visible ones among these posts: one query."""
    if not keys:
        return {}
    found = Post.objects.visible(viewer).filter(pk__in=ids_in(keys)).values_list("pk", "topic__title")
    return {str(pk): Link(title, "") for pk, title in found}


def _shown(keys: Mapping[str, str], links: Mapping[str, Link], label: str) -> dict[str, Link]:
    """By the address that was written, what its key led to."""
    return {url: Link(links[key].title, url, label=label) for url, key in keys.items() if key in links}


def _terms(urls: list[str], viewer: Viewer) -> dict[str, Link]:
    slugs = {match[1]: url for url in urls if (match := _TERM.fullmatch(url))}
    if not slugs or not GlossaryPage.objects.live().filter(gate__audience_id__in=viewer.audiences).exists():
        return {}
    terms = Concept.objects.exclude(status=Status.DEPRECATED).filter(slug__in=list(slugs))
    return {
        slugs[slug]: Link(title, slugs[slug], label=_("Term")) for slug, title in terms.values_list("slug", "title")
    }

"""The ways out of the portal: the words that each shows to somebody, to be compared with what he or she may see."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from forums import files
from forums.models import Attachment, BoardPage, Post, Topic
from forums.similar import similar
from forums.unfurling import unfurled
from portal.accounts.models import User
from portal.core.files import visible_documents
from portal.core.models import Letter
from portal.core.text import render_markdown
from portal.core.viewer import viewer_for
from portal.events import tokens
from portal.events.models import EventPage
from portal.groups.models import GroupNewsPage, GroupPage
from portal.home.models import StandardPage
from portal.notifications import digests
from portal.notifications.models import DigestRound
from portal.search.contract import SearchQuery
from portal.search.services import search
from taxonomy.models import Concept, GlossaryPage
from tests.digest_turn import send_weekly
from tests.site.privacy.world import ALIAS, Thing, World

# What has no title of its own.
UNTITLED = ("post", "file")
LISTS = (
    "/",
    "/groups/",
    "/forums/",
    "/forums/latest/",
    "/forums/questions/",
    "/events/",
    "/search/",
    "/notifications/",
)


@dataclass(frozen=True)
class Way:
    """The words that one way out shows, and of which kinds of thing it speaks."""

    words: set[str]
    covers: Callable[[Thing], bool]


def url_of(thing: Thing) -> str:
    if thing.kind == "document":
        return str(get_document_model().objects.get(pk=thing.pk).url)
    if thing.kind == "topic":
        return Topic.objects.get(pk=thing.pk).url
    if thing.kind == "post":
        return Post.objects.get(pk=thing.pk).topic.url
    if thing.kind == "file":
        return Attachment.objects.get(pk=thing.pk).url
    if thing.kind == "term":
        return Concept.objects.get(pk=thing.pk).get_absolute_url()
    return str(Page.objects.get(pk=thing.pk).url)


def client_of(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def words_in(world: World, text: str) -> set[str]:
    return {thing.word for thing in world.things if thing.word in text}


def assert_within(world: World, user: User | None, what: str, text: str) -> None:
    """No word stands in `text` that `user` may not see."""
    seen = {thing.word for thing in world.things if world.may_see(user, thing)}
    assert words_in(world, text) <= seen, (what, str(user), words_in(world, text) - seen)


def viewer(user: User | None) -> Any:
    return viewer_for(user or AnonymousUser())


def by_reads(world: World, user: User | None) -> Way:
    """The querysets' own `visible`."""
    who = viewer(user)
    models = (GroupPage, BoardPage, EventPage, GroupNewsPage, StandardPage)
    titles = [title for model in models for title in model.objects.visible(who).values_list("title", flat=True)]
    titles += Topic.objects.visible(who).values_list("title", flat=True)
    titles += Post.objects.visible(who).values_list("body", flat=True)
    titles += Concept.objects.values_list("title", flat=True) if GlossaryPage.objects.visible(who).exists() else []
    titles += files.visible(who).values_list("name", flat=True)
    titles += visible_documents(who).values_list("title", flat=True)
    return Way(words_in(world, " ".join(titles)), lambda thing: True)


def by_search(world: World, user: User | None) -> Way:
    who = viewer(user)
    found = {thing.word for thing in world.things if search(SearchQuery(text=thing.word), who).total}
    return Way(found, lambda thing: True)


def by_counts(world: World, user: User | None) -> Way:
    """A facet counts exactly what is visible of its kind."""
    who = viewer(user)
    page = search(SearchQuery(facets=("kind",), facet_limit=50), who)
    counted = {value.value: value.count for facet in page.facets for value in facet.values}
    for kind in ("group", "news", "event", "topic", "board", "document", "term"):
        visible = sum(1 for thing in world.things if thing.kind == kind and world.may_see(user, thing))
        assert counted.get(kind, 0) == visible, (kind, str(user), counted)
    return Way(set(), lambda thing: False)


def by_suggestions(world: World, user: User | None) -> Way:
    """What the search box is sent while one types, as it is sent."""
    client = client_of(user)
    begun = {thing.word[:8] for thing in world.things}
    sent = " ".join(client.get("/search/suggest/", {"q": text}).content.decode() for text in begun)
    return Way(words_in(world, sent), lambda thing: thing.kind not in UNTITLED)


def by_synonyms(world: World, user: User | None) -> Way:
    """What a search for another word says that it searched for besides."""
    return Way(words_in(world, " ".join(search(SearchQuery(text=ALIAS), viewer(user)).expanded)), is_term)


def by_filters(world: World, user: User | None) -> Way:
    """What a filter is called whose value somebody has guessed."""
    slugs = frozenset(Concept.objects.values_list("slug", flat=True))
    page = search(SearchQuery(text="words", facets=("level",), filters={"level": slugs}), viewer(user))
    return Way(words_in(world, " ".join(v.label for facet in page.facets for v in facet.values)), is_term)


def is_term(thing: Thing) -> bool:
    return thing.kind == "term"


def by_hints(world: World, user: User | None) -> Way:
    """What is like a title that somebody begins to type."""
    who = viewer(user)
    hits = [hit for thing in world.things for group in similar(thing.word, who) for hit in group.hits]
    return Way(words_in(world, " ".join(hit.title for hit in hits)), lambda thing: thing.kind in ("topic", "term"))


def by_cards(world: World, user: User | None) -> Way:
    """The titles of pages whose addresses stand in a post."""
    without = ("document", *UNTITLED)
    texts = [render_markdown(url_of(thing)) for thing in world.things if thing.kind not in without]
    shown = re.findall(r"<span>([^<]*)</span></a>", " ".join(unfurled(texts, viewer(user))))
    return Way(words_in(world, " ".join(shown)), lambda thing: thing.kind not in without)


def by_snippets(world: World, user: User | None) -> Way:
    """What stands in the results of words that all topics have; an extract is that of an answer perhaps."""
    hits = search(SearchQuery(text="words", size=50), viewer(user)).hits
    shown = " ".join(f"{hit.title} {hit.snippet} {hit.source}" for hit in hits)
    shown = shown.replace("<mark>", "").replace("</mark>", "")
    assert_within(world, user, "snippets", shown)
    topics = {thing.word for thing in world.things if thing.kind == "topic"}
    return Way(words_in(world, shown) & topics, lambda thing: thing.kind == "topic")


def by_spelling(world: World, user: User | None) -> Way:
    """What is proposed in place of some words with a letter left out: nothing that the reader may not see."""
    asked = (thing.word[:3] + thing.word[4:] for thing in world.things[:6])
    proposed = {search(SearchQuery(text=word), viewer(user)).suggestion for word in asked}
    assert_within(world, user, "spelling", " ".join(proposed))
    return Way(set(), lambda thing: False)


def by_digests(world: World, user: User | None) -> Way:
    """Every section of the digest by itself, and the digest as it is mailed."""
    if user is None:
        return Way(set(), lambda thing: False)
    now = timezone.now() + timedelta(days=7)
    period = digests.Period(now - timedelta(days=14), now)
    links = chain.from_iterable(section.finder(viewer(user), period, []) for section in digests.sections())
    assert_within(world, user, "sections", " ".join(f"{link.title} {link.summary} {link.url}" for link in links))
    mailed = [message for message in mail.outbox if message.to == [user.email] and "your week" in message.subject]
    for message in mailed:
        assert isinstance(message, EmailMultiAlternatives)
        assert_within(world, user, "mail", f"{message.body} {message.alternatives[0][0]!s}")
    return Way(set(), lambda thing: False)


def mail_digests() -> None:
    """Send everybody the digest of the week, once more if it was sent before."""
    mail.outbox.clear()
    Letter.objects.all().delete()
    DigestRound.objects.all().delete()
    send_weekly()
    assert mail.outbox


def by_completions(world: World, user: User | None) -> Way:
    """Whom one may mention on a board: nobody says so of a board that one may not see, and nobody who may not."""
    client = client_of(user)
    answered = set()
    for board in (thing for thing in world.things if thing.kind == "board"):
        response = client.get(f"{url_of(board)}write/members/?q=s")
        if response.status_code == 404:
            continue
        answered.add(board.word)
        names = {member["name"] for member in response.json()["members"]}
        readers = {reader.name for reader in world.people if reader and world.may_see(reader, board)}
        assert names == {name for name in ("stranger", "second") if name in readers and name != str(user and user.name)}
    return Way(answered, lambda thing: thing.kind == "board" and user is not None)


def by_atom(world: World, user: User | None) -> Way:
    """What feed readers get, who are nobody: of all boards, and of each board and topic at its own address."""
    client = client_of(user)
    texts = [client.get("/forums/feed/").content.decode()]
    for thing in world.things:
        if thing.kind == "board":
            texts.append(client.get(f"{url_of(thing)}feed/").content.decode())
        if thing.kind == "topic":
            board = url_of(next(other for other in world.things if (other.kind, other.pk) == ("board", thing.page)))
            texts.append(client.get(f"{board}feed/{thing.pk}/").content.decode())
    kinds = {"board", "topic", "post"}
    public = {thing.word for thing in world.things if thing.kind in kinds and world.may_see(None, thing)}
    assert words_in(world, " ".join(texts)) == public
    return Way(public, lambda thing: thing.kind in kinds and world.may_see(None, thing))


def by_feeds(world: World, user: User | None) -> Way:
    """A visitor's calendar is everybody's; a member's is behind an address of their own."""
    address = f"/events/mine/{tokens.token_of(world.addresses[user])}.ics" if user else "/events.ics"
    response = Client().get(address)
    assert response.status_code == 200
    return Way(words_in(world, response.content.decode().replace("\r\n ", "")), lambda thing: thing.kind == "event")


def by_pages(world: World, user: User | None) -> Way:
    """Each thing at its own address, twice, so that the second answer may be a stored one; and the rooms' lists."""
    client = client_of(user)
    found = set()
    texts: dict[str, str] = {}
    for thing in world.things:
        url = url_of(thing)
        if url not in texts:
            answers = [client.get(url) for _turn in range(2)]
            statuses = {answer.status_code for answer in answers}
            assert statuses in ({200}, {404}), (thing, statuses)
            texts[url] = "" if statuses == {404} else b"".join(answers[1]).decode()
        if texts[url]:
            assert thing.word in texts[url], thing
            assert_within(world, user, url, texts[url])
            found.add(thing.word)
    sections = [section.url for section in world.parents]
    lists = [client.get(address).content.decode() for address in (*LISTS, *sections, f"/search/?q={world.word()[:6]}")]
    assert_within(world, user, "lists", " ".join(lists))
    return Way(found, lambda thing: True)


Ways = Sequence[Callable[[World, User | None], Way]]
SEARCHING: Ways = (
    by_search,
    by_counts,
    by_suggestions,
    by_synonyms,
    by_filters,
    by_hints,
    by_snippets,
    by_spelling,
    by_digests,
)
WAYS: Ways = (*SEARCHING, by_reads, by_cards, by_feeds, by_atom, by_completions, by_pages)


def check(world: World, ways: Ways) -> None:
    """Compare these ways out with the brute-force reading, for everybody."""
    mail_digests()
    for user in world.people:
        fresh = User.objects.get(pk=user.pk) if user else None
        seen = {thing for thing in world.things if world.may_see(fresh, thing)}
        for way in ways:
            found = way(world, fresh)
            wanted = {thing.word for thing in seen if found.covers(thing)}
            assert found.words == wanted, (way.__name__, str(user), found.words ^ wanted)
    text = Client().get("/sitemap.xml").content.decode()
    listed = [thing for thing in world.things if thing.kind not in {"document", "file"}]
    pages = {thing.word for thing in listed if url_of(thing) in text}
    assert pages == {thing.word for thing in listed if world.may_see(None, thing)}

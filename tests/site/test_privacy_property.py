"""Who may see what, read by brute force from people, groups and settings, and compared with every way out of the
portal: `visible(viewer)`, search with its counts and suggestions, calendar feeds, the sitemap, the file gate, and
pages, made anew and stored.

Each thing carries a word of its own, so that wherever it shows, it is known by that word.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.documents import get_document_model
from wagtail.models import Page, PageViewRestriction

from forums import services as forums
from forums.models import BoardPage, ForumIndexPage, Topic
from forums.similar import similar
from forums.unfurling import unfurled
from portal.accounts.models import User
from portal.core import pagecache
from portal.core.files import visible_documents
from portal.core.text import render_markdown
from portal.core.viewer import viewer_for
from portal.events import tokens
from portal.events.models import CalendarAddress, EventIndexPage, EventPage
from portal.groups import services as groups
from portal.groups.models import GroupIndexPage, GroupNewsPage, GroupPage, Membership, Role, Visibility, WorkingGroup
from portal.home.models import HomePage, StandardPage
from portal.search.contract import SearchQuery
from portal.search.services import search, suggest
from tests.factories.pages import add, index

VISITOR, STRANGER, FIRST, SECOND, ADMINISTRATOR = range(5)
PEOPLE = 5

number = st.integers(min_value=0, max_value=30)
person = st.integers(min_value=STRANGER, max_value=SECOND)
acts = st.one_of(
    st.tuples(st.just("found"), number, st.sampled_from(Visibility), person),
    st.tuples(st.just("add_board"), number),
    st.tuples(st.just("add_event"), number),
    st.tuples(st.just("add_news"), number),
    st.tuples(st.just("add_document"), number),
    st.tuples(st.just("open_or_close"), number, st.sampled_from(Visibility)),
    st.tuples(st.just("restrict_plain"), number),
    st.tuples(st.just("lift_plain"), number),
    st.tuples(st.just("take_in"), number, person),
    st.tuples(st.just("take_out"), number, person),
    st.tuples(st.just("unpublish"), number),
    st.tuples(st.just("move"), number, number),
    st.tuples(st.just("archive"), number),
)


@dataclass(frozen=True)
class Thing:
    """Something with a word of its own: `page` is where it hangs, `url` where it is read."""

    word: str
    kind: str
    pk: int
    page: int


class World:
    """A home page with two plain sections, groups below them, and five people, the visitor among them."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.people: list[User | None] = [None]
        for name in ("stranger", "first", "second"):
            self.people.append(User.objects.create(email=f"{name}@example.org", name=name))
        self.people.append(User.objects.create(email="root@example.org", name="root", is_superuser=True))
        self.addresses = {user: CalendarAddress.objects.create(user=user) for user in self.people if user}
        home = HomePage.objects.get()
        index(ForumIndexPage, "forums")
        index(EventIndexPage, "events")
        self.parents = [index(GroupIndexPage, "groups")]
        self.parents += [add(home, StandardPage(title=f"Section {place}")) for place in range(2)]

    def do(self, act: tuple[Any, ...]) -> None:
        getattr(self, act[0])(*act[1:])

    def word(self) -> str:
        return f"canary{chr(97 + len(self.things) // 26)}{chr(97 + len(self.things) % 26)}q"

    def group(self, place: int) -> WorkingGroup | None:
        found = list(WorkingGroup.objects.order_by("pk"))
        return found[place % len(found)] if found else None

    def home_of_page(self, place: int) -> Page:
        """A group's page or, if there is none yet, a plain section."""
        chosen = self.group(place)
        return GroupPage.objects.get(pk=chosen.pk) if chosen else StandardPage.objects.order_by("pk")[0]

    # --- acts -------------------------------------------------------------------------------------------------------

    def found(self, place: int, visibility: Visibility, lead: int) -> None:
        chosen = self.group(place)
        nested = place % 2 and chosen is not None
        parent = GroupPage.objects.get(pk=chosen.pk) if nested and chosen else self.parents[place % len(self.parents)]
        word = self.word()
        page = add(Page.objects.get(pk=parent.pk), GroupPage(title=f"Group {word}", summary="Its charter."))
        groups.found(page, lead=self.people[lead], visibility=visibility)
        self.things.append(Thing(word, "group", page.pk, page.pk))

    def add_board(self, place: int) -> None:
        word = self.word()
        board = add(self.home_of_page(place), BoardPage(title=f"Board {word}"))
        self.things.append(Thing(word, "board", board.pk, board.pk))
        word = self.word()
        topic = forums.ask(board, self.people[FIRST], title=f"Who knows {word}?", body=f"Words about {word}.")[0]
        self.things.append(Thing(word, "topic", topic.pk, board.pk))

    def add_event(self, place: int) -> None:
        parent = self.home_of_page(place)
        if not isinstance(parent, GroupPage):
            parent = EventIndexPage.objects.get()
        word = self.word()
        page = EventPage(
            title=f"Meeting {word}", date=date.today() + timedelta(days=9), start_time=time(12, 0), join_link=""
        )
        self.things.append(Thing(word, "event", add(parent, page).pk, page.pk))

    def add_news(self, place: int) -> None:
        parent = self.home_of_page(place)
        word = self.word()
        page = GroupNewsPage(title=f"News {word}") if isinstance(parent, GroupPage) else StandardPage(title=word)
        kind = "news" if isinstance(parent, GroupPage) else "page"
        self.things.append(Thing(word, kind, add(parent, page).pk, page.pk))

    def add_document(self, place: int) -> None:
        chosen = self.group(place)
        if chosen is None:
            return
        word = self.word()
        document = get_document_model()(title=f"Paper {word}", collection=chosen.collection)
        document.file.save(f"{word}.txt", ContentFile(word.encode()))
        document.save()
        self.things.append(Thing(word, "document", document.pk, chosen.pk))

    def open_or_close(self, place: int, visibility: Visibility) -> None:
        chosen = self.group(place)
        if chosen is not None:
            groups.set_visibility(chosen, visibility)

    def restrict_plain(self, place: int) -> None:
        page = self.parents[place % len(self.parents)]
        PageViewRestriction.objects.get_or_create(page=page, restriction_type=PageViewRestriction.LOGIN)

    def lift_plain(self, place: int) -> None:
        for restriction in PageViewRestriction.objects.filter(page=self.parents[place % len(self.parents)]):
            restriction.delete()

    def take_in(self, place: int, who: int) -> None:
        chosen, user = self.group(place), self.people[who]
        if chosen is not None and user is not None:
            groups.add(chosen, user, Role.MEMBER)

    def take_out(self, place: int, who: int) -> None:
        chosen, user = self.group(place), self.people[who]
        if chosen is None or user is None:
            return
        try:
            groups.remove(chosen, user)
        except groups.RefusedError:
            return

    def unpublish(self, place: int) -> None:
        pages = [thing for thing in self.things if thing.kind in {"news", "event", "board", "page"}]
        if pages:
            Page.objects.get(pk=pages[place % len(pages)].pk).specific.unpublish()

    def move(self, place: int, onto: int) -> None:
        chosen = self.group(place)
        target = self.parents[onto % len(self.parents)]
        if chosen is not None:
            GroupPage.objects.get(pk=chosen.pk).move(Page.objects.get(pk=target.pk), pos="last-child")

    def archive(self, place: int) -> None:
        chosen = self.group(place)
        if chosen is not None:
            (groups.activate if chosen.is_archived else groups.archive)(chosen)

    # --- the brute-force reading ------------------------------------------------------------------------------------

    def may_see(self, user: User | None, thing: Thing) -> bool:
        """Walks up the tree and asks people and settings, not gates."""
        page = Page.objects.get(pk=thing.page)
        if thing.kind != "document" and not page.live:
            return False
        if user is not None and user.is_superuser:
            return True
        return all(self._admits(above, user) for above in page.get_ancestors(inclusive=True))

    def _admits(self, page: Page, user: User | None) -> bool:
        group = WorkingGroup.objects.filter(pk=page.pk).first()
        if group is None:
            return user is not None or not PageViewRestriction.objects.filter(page=page).exists()
        if group.visibility == Visibility.PRIVATE:
            return user is not None and Membership.objects.filter(group=group, user=user).exists()
        return user is not None or group.visibility == Visibility.PUBLIC

    # --- the ways out -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        for user in self.people:
            fresh = User.objects.get(pk=user.pk) if user else None
            seen = {thing for thing in self.things if self.may_see(fresh, thing)}
            for way in (by_reads, by_search, by_counts, by_suggestions, by_hints, by_cards, by_feeds, by_pages):
                found = way(self, fresh)
                wanted = {thing.word for thing in seen if found.covers(thing)}
                assert found.words == wanted, (way.__name__, str(user), found.words ^ wanted)
        public = {thing.word for thing in self.things if self.may_see(None, thing)}
        text = Client().get("/sitemap.xml").content.decode()
        pages = {thing.word for thing in self.things if thing.kind not in {"document"} and url_of(thing) in text}
        assert pages == {thing.word for thing in self.things if thing.kind != "document" and thing.word in public}


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
    return str(Page.objects.get(pk=thing.pk).url)


def words_in(world: World, text: str) -> set[str]:
    return {thing.word for thing in world.things if thing.word in text}


def viewer(user: User | None) -> Any:
    from django.contrib.auth.models import AnonymousUser

    return viewer_for(user or AnonymousUser())


def by_reads(world: World, user: User | None) -> Way:
    """The querysets' own `visible`."""
    who = viewer(user)
    models = (GroupPage, BoardPage, EventPage, GroupNewsPage, StandardPage)
    titles = [title for model in models for title in model.objects.visible(who).values_list("title", flat=True)]
    titles += Topic.objects.visible(who).values_list("title", flat=True)
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
    for kind in ("group", "news", "event", "topic", "board", "document"):
        visible = sum(1 for thing in world.things if thing.kind == kind and world.may_see(user, thing))
        assert counted.get(kind, 0) == visible, (kind, str(user), counted)
    return Way(set(), lambda thing: False)


def by_suggestions(world: World, user: User | None) -> Way:
    who = viewer(user)
    found = {thing.word for thing in world.things if suggest(thing.word[:8], who)}
    return Way(found, lambda thing: True)


def by_hints(world: World, user: User | None) -> Way:
    """What is like a title that somebody begins to type."""
    who = viewer(user)
    hits = [hit for thing in world.things for group in similar(thing.word, who) for hit in group.hits]
    return Way(words_in(world, " ".join(hit.title for hit in hits)), lambda thing: thing.kind == "topic")


def by_cards(world: World, user: User | None) -> Way:
    """The titles of pages whose addresses stand in a post."""
    texts = [render_markdown(url_of(thing)) for thing in world.things if thing.kind != "document"]
    shown = re.findall(r"<span>([^<]*)</span></a>", " ".join(unfurled(texts, viewer(user))))
    return Way(words_in(world, " ".join(shown)), lambda thing: thing.kind != "document")


def by_feeds(world: World, user: User | None) -> Way:
    """A visitor's calendar is everybody's; a member's is behind an address of their own."""
    address = f"/events/mine/{tokens.token_of(world.addresses[user])}.ics" if user else "/events.ics"
    response = Client().get(address)
    assert response.status_code == 200
    return Way(words_in(world, response.content.decode().replace("\r\n ", "")), lambda thing: thing.kind == "event")


def by_pages(world: World, user: User | None) -> Way:
    """Each thing at its own address, twice, so that the second answer may be a stored one; and the rooms' lists."""
    client = Client()
    if user:
        client.force_login(user)
    found = set()
    for thing in world.things:
        statuses = {client.get(url_of(thing)).status_code for _turn in range(2)}
        assert statuses in ({200}, {404}), (thing, statuses)
        if statuses == {200}:
            found.add(thing.word)
    lists = "".join(
        client.get(address).content.decode()
        for address in ("/", "/groups/", "/forums/", "/events/", f"/search/?q={world.word()[:6]}", "/search/")
    )
    assert words_in(world, lists) <= {thing.word for thing in world.things if world.may_see(user, thing)}
    return Way(found, lambda thing: True)


class TestPrivacy(TestCase):
    # No shrinking: an example is a whole site, and the script of acts is short enough to read.
    @settings(
        max_examples=int(os.environ.get("PRIVACY_EXAMPLES", "5")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.lists(acts, min_size=6, max_size=16))
    def test_every_way_out_shows_what_the_brute_force_reading_admits(self, script: list[tuple[Any, ...]]) -> None:
        cache.clear()
        pagecache.forget_process()
        world = World()
        world.found(0, Visibility.PRIVATE, FIRST)
        world.found(1, Visibility.PUBLIC, SECOND)
        for place in range(2):
            world.add_board(place)
            world.add_event(place)
            world.add_document(place)
        for at, act in enumerate(script):
            if at == len(script) // 2:
                world.check()
            world.do(act)
        world.check()

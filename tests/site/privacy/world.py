"""People, groups, boards and what hangs on them, changed by a script of acts; and who may see what, read by brute force
from people, groups and settings.

Each thing carries a word of its own, so that wherever it shows, it is known by that word.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from hypothesis import strategies as st
from wagtail.documents import get_document_model
from wagtail.models import Page, PageViewRestriction

from forums import services as forums
from forums.models import BoardPage, ForumIndexPage
from forums.notifications import ANSWER
from portal.accounts.models import User
from portal.events.models import CalendarAddress, EventIndexPage, EventPage
from portal.groups import services as groups
from portal.groups.models import GroupIndexPage, GroupNewsPage, GroupPage, Membership, Role, Visibility, WorkingGroup
from portal.home.models import HomePage, StandardPage
from portal.notifications import services as notifications
from portal.notifications.verbs import Channel
from taxonomy.models import GlossaryPage
from tests.factories.forums import attached
from tests.factories.pages import add, index
from tests.factories.taxonomy import concept

# Another word for the one term: it stands in topics and plain sections, and does not say what the term is called.
ALIAS = "bywordq"
BODY = [{"type": "text", "value": f"<p>Of a {ALIAS}.</p>"}]
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
    st.tuples(st.just("restrict_glossary")),
    st.tuples(st.just("lift_glossary")),
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
    """A home page with two plain sections, groups below them, a glossary of one term, and five people, the visitor
    among them."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.people: list[User | None] = [None]
        for name in ("stranger", "first", "second"):
            self.people.append(User.objects.create(email=f"{name}@example.org", name=name))
        self.people.append(User.objects.create(email="root@example.org", name="root", is_superuser=True))
        self.addresses = {user: CalendarAddress.objects.create(user=user) for user in self.people if user}
        for user in self.addresses:
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            # Whoever may see least has asked for all, while it was open perhaps.
            notifications.choose(user.pk, {("digest", ""): Channel.WEEKLY, (ANSWER, ""): Channel.WEEKLY})
            notifications.watch(user.pk, "search", "q=words")
        home = HomePage.objects.get()
        index(ForumIndexPage, "forums")
        index(EventIndexPage, "events")
        self.parents = [index(GroupIndexPage, "groups")]
        self.parents += [add(home, StandardPage(title=f"Section {place}", body=BODY)) for place in range(2)]
        self.glossary = index(GlossaryPage, "glossary")
        word = self.word()
        term = concept(f"Term {word}", alt=[ALIAS])
        self.things.append(Thing(word, "term", term.pk, self.glossary.pk))

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
        for user in self.addresses:
            notifications.watch(user.pk, "board", str(board.pk))
        self.things.append(Thing(word, "board", board.pk, board.pk))
        word = self.word()
        topic = forums.ask(
            board, self.people[FIRST], title=f"Who knows {word}?", body=f"Words about {word} and a {ALIAS}."
        )[0]
        self.things.append(Thing(word, "topic", topic.pk, board.pk))
        word = self.word()
        writer = self.people[SECOND]
        assert writer
        post = forums.answer(topic, writer, body=f"Words of an answer, {word}.")[0]
        self.things.append(Thing(word, "post", post.pk, board.pk))
        word = self.word()
        file = attached(post, writer, f"{word}.txt", word.encode())
        self.things.append(Thing(word, "file", file.pk, board.pk))

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

    def restrict_glossary(self) -> None:
        PageViewRestriction.objects.get_or_create(page=self.glossary, restriction_type=PageViewRestriction.LOGIN)

    def lift_glossary(self) -> None:
        for restriction in PageViewRestriction.objects.filter(page=self.glossary):
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

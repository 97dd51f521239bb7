"""Whatever happens to collections and to the sections that own them, files are for whom a plain reading says."""

import os
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from portal.accounts.models import User
from portal.core import collection_gates, files, gates, nightly, pagecache
from portal.core.collection_gates import own_collection
from portal.core.models import CollectionGate
from portal.core.viewer import VISITOR, viewer_for
from portal.home.models import HomePage, StandardPage
from tests.factories.pages import plain_page

GROUPS = 3
KINDS = [PageViewRestriction.LOGIN, PageViewRestriction.GROUPS, PageViewRestriction.PASSWORD]

number = st.integers(min_value=0, max_value=40)
groups = st.frozensets(st.integers(min_value=0, max_value=GROUPS - 1), max_size=2)
acts = st.one_of(
    st.tuples(st.just("add"), number),
    st.tuples(st.just("restrict"), number, st.sampled_from(KINDS), groups),
    st.tuples(st.just("lift"), number),
    st.tuples(st.just("move"), number, number),
    st.tuples(st.just("delete"), number),
    st.tuples(st.just("own"), number, number),
    st.tuples(st.just("disown"), number),
    st.tuples(st.just("restrict page"), number, st.sampled_from(KINDS), groups),
    st.tuples(st.just("lift page"), number),
    st.tuples(st.just("move page"), number, number),
    st.tuples(st.just("delete page"), number),
)


class World:
    """Collections, three pages that may own them, three groups, and one person of each kind."""

    def __init__(self) -> None:
        self.groups = [Group.objects.create(name=f"Group {index}") for index in range(GROUPS)]
        self.owners: dict[int, int] = {}
        self.made = 0
        self.people: list[User | AnonymousUser] = [AnonymousUser()]
        for index, members in enumerate([(), (0,), (1,), (0, 1, 2)]):
            person = User.objects.create(email=f"{index}@example.org", name=str(index))
            person.groups.set([self.groups[place] for place in members])
            self.people.append(person)
        self.people.append(User.objects.create(email="root@example.org", name="root", is_superuser=True))
        parent: Page = HomePage.objects.get()
        for slug in ("a", "b", "c"):
            parent = parent.add_child(instance=StandardPage(title=slug, slug=slug))

    def collection(self, place: int) -> Collection:
        found = list(Collection.objects.order_by("path"))
        return found[place % len(found)]

    def page(self, place: int) -> Page:
        found = list(Page.objects.filter(depth__gte=2).order_by("path"))
        return found[place % len(found)]

    def do(self, act: tuple[Any, ...]) -> None:
        getattr(self, act[0].replace(" ", "_"))(*act[1:])

    def chosen(self, places: frozenset[int]) -> list[Group]:
        return [group for index, group in enumerate(self.groups) if index in places]

    def add(self, place: int) -> None:
        self.made += 1
        # Names sort before their elder siblings', so that treebeard shifts the others' paths.
        self.collection(place).add_child(name=f"{99 - self.made:02}")

    def restrict(self, place: int, kind: str, chosen: frozenset[int]) -> None:
        restriction = CollectionViewRestriction.objects.create(
            collection=self.collection(place), restriction_type=kind, password="x"
        )
        restriction.groups.set(self.chosen(chosen))

    def lift(self, place: int) -> None:
        found = list(CollectionViewRestriction.objects.order_by("pk"))
        if found:
            found[place % len(found)].delete()

    def move(self, place: int, target: int) -> None:
        collection, parent = self.collection(place), self.collection(target)
        if collection.depth > 1 and parent != collection and not parent.is_descendant_of(collection):
            collection.move(parent, "sorted-child")

    def delete(self, place: int) -> None:
        collection = self.collection(place)
        if collection.depth > 1:
            collection.delete()

    def own(self, place: int, page: int) -> None:
        collection = self.collection(place)
        self.owners[collection.pk] = self.page(page).pk
        own_collection(collection, self.page(page))

    def disown(self, place: int) -> None:
        collection = self.collection(place)
        self.owners.pop(collection.pk, None)
        own_collection(collection, None)

    def restrict_page(self, place: int, kind: str, chosen: frozenset[int]) -> None:
        restriction = PageViewRestriction.objects.create(page=self.page(place), restriction_type=kind, password="x")
        restriction.groups.set(self.chosen(chosen))

    def lift_page(self, place: int) -> None:
        found = list(PageViewRestriction.objects.order_by("pk"))
        if found:
            found[place % len(found)].delete()

    def move_page(self, place: int, target: int) -> None:
        page, parent = self.page(place), self.page(target)
        taken = parent.get_children().filter(slug=page.slug).exists()
        if page.depth > 2 and parent != page and not parent.is_descendant_of(page) and not taken:
            page.move(parent, pos="last-child")

    def delete_page(self, place: int) -> None:
        page = self.page(place)
        if page.depth > 2:
            page.delete()

    def check(self) -> None:
        admitting = dict(CollectionGate.objects.values_list("collection_id", "audience_id"))
        for person in self.people:
            if person.pk:
                person = User.objects.get(pk=person.pk)
            viewer = viewer_for(person)
            for collection in Collection.objects.all():
                expected = self.may_read(collection, person)
                assert (admitting[collection.pk] in viewer.audiences) == expected, (collection.name, str(person))

    def may_read(self, collection: Collection, person: User | AnonymousUser) -> bool:
        """Asked of each restriction in turn, up the collections and up the pages that own them."""
        if person.is_superuser:
            return True
        above = Collection.objects.ancestor_of(collection, inclusive=True)
        asked: list[Any] = list(CollectionViewRestriction.objects.filter(collection__in=above))
        for ancestor in above:
            if ancestor.pk in self.owners:
                page = Page.objects.filter(pk=self.owners[ancestor.pk]).first()
                if page is None:
                    return False
                asked += PageViewRestriction.objects.filter(page__in=page.get_ancestors(inclusive=True))
        return all(self.satisfies(restriction, person) for restriction in asked)

    def satisfies(self, restriction: Any, person: User | AnonymousUser) -> bool:
        if restriction.restriction_type == restriction.PASSWORD or not person.pk:
            return False
        mine = set(person.groups.all()) & set(restriction.groups.all())
        return restriction.restriction_type == restriction.LOGIN or bool(mine)


class TestCollectionGates(TestCase):
    # No shrinking: an example is a whole site, and the script of acts is short enough to read.
    @settings(
        max_examples=int(os.environ.get("GATE_EXAMPLES", "12")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.lists(acts, min_size=4, max_size=14))
    def test_gates_say_what_restrictions_and_owning_pages_say(self, script: list[tuple[Any, ...]]) -> None:
        world = World()
        world.add(0)
        world.add(1)
        for act in script:
            world.do(act)
            world.check()
        assert collection_gates.regate_all() == [], "nothing was left for the nightly reconcile"


@pytest.mark.django_db
class TestOneByOne:
    @pytest.fixture
    def collection(self, home: HomePage) -> Collection:
        return Collection.get_first_root_node().add_child(name="Clerks")

    @pytest.fixture
    def document(self, collection: Collection) -> Document:
        file = ContentFile(b"x", name="register.txt")
        return Document.objects.create(title="Register", file=file, collection=collection)

    @pytest.fixture
    def page(self, home: HomePage) -> StandardPage:
        return plain_page()

    def test_files_outside_any_section_are_public(self, document: Document) -> None:
        assert list(files.documents_of(document.collection_id, VISITOR)) == [document]

    def test_a_section_that_goes_private_takes_its_files_along_and_gives_them_back(
        self, document: Document, page: StandardPage, member: User, lead: User
    ) -> None:
        own_collection(document.collection, page)
        deeper = document.collection.add_child(name="Minutes")
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
        restriction.groups.set([Group.objects.get(name="Privacy group members")])
        assert not files.visible_documents(VISITOR).exists()
        assert not files.visible_documents(viewer_for(member)).exists()
        assert list(files.visible_documents(viewer_for(lead))) == [document]
        assert deeper.gate.audience_id not in viewer_for(member).audiences
        restriction.delete()
        assert files.visible_documents(VISITOR).exists()

    def test_files_of_a_deleted_section_are_seen_by_administrators_only(
        self, document: Document, page: StandardPage, member: User, administrator: User
    ) -> None:
        own_collection(document.collection, page)
        page.delete()
        assert not files.visible_documents(viewer_for(member)).exists()
        assert files.visible_documents(viewer_for(administrator)).exists()
        own_collection(document.collection, None)
        assert files.visible_documents(VISITOR).exists()

    def test_without_a_gate_nobody_reads_until_the_night(self, document: Document, administrator: User) -> None:
        CollectionGate.objects.all().delete()
        assert not files.visible_documents(viewer_for(administrator)).exists()
        assert "mended" in nightly.reconcile_gates()
        assert files.visible_documents(VISITOR).exists()

    def test_stored_pages_end_when_files_open_or_close(self, document: Document) -> None:
        before = pagecache.generation()
        CollectionViewRestriction.objects.create(
            collection=document.collection, restriction_type=CollectionViewRestriction.LOGIN
        )
        assert pagecache.generation() != before

    def test_owning_twice_changes_nothing(self, collection: Collection, page: StandardPage) -> None:
        assert own_collection(collection, page)
        assert not own_collection(collection, page)

    def test_the_cost_of_a_change_does_not_grow_with_the_tree(
        self, collection: Collection, page: StandardPage, django_assert_max_num_queries: Any
    ) -> None:
        own_collection(collection, page)
        for name in range(20):
            collection.add_child(name=str(name))
            collection = Collection.objects.get(pk=collection.pk)
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        with django_assert_max_num_queries(12):
            collection_gates.regate_below(collection.pk)
        assert gates.regate_all() == []

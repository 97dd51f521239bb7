"""Whatever happens to the tree, the gates say what Wagtail's own restrictions say. Random trees, random acts."""

import os
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import Page, PageViewRestriction

from portal.accounts.models import User
from portal.core.gates import regate_all
from portal.core.models import PageGate
from portal.core.viewer import viewer_for
from portal.home.models import HomePage, StandardPage

GROUPS = 3
KINDS = [PageViewRestriction.LOGIN, PageViewRestriction.GROUPS, PageViewRestriction.PASSWORD]

number = st.integers(min_value=0, max_value=40)
groups = st.frozensets(st.integers(min_value=0, max_value=GROUPS - 1), max_size=2)
acts = st.one_of(
    st.tuples(st.just("add"), number),
    st.tuples(st.just("restrict"), number, st.sampled_from(KINDS), groups),
    st.tuples(st.just("change"), number, st.sampled_from(KINDS), groups),
    st.tuples(st.just("lift"), number),
    st.tuples(st.just("move"), number, number),
    st.tuples(st.just("copy"), number, number),
    st.tuples(st.just("alias"), number, number),
    st.tuples(st.just("delete"), number),
    st.tuples(st.just("drop group"), number),
)


def read_by_wagtail(page: Page, user: User | AnonymousUser) -> bool:
    """Wagtail's own reading, except that a shared password admits nobody and so does a list of no groups."""
    request = RequestFactory().get("/")
    request.user = user
    request.session = {}  # type: ignore[assignment]
    for restriction in PageViewRestriction.objects.filter(page__in=page.get_ancestors(inclusive=True)):
        if restriction.restriction_type == PageViewRestriction.PASSWORD and not user.is_superuser:
            return False
        if restriction.restriction_type != PageViewRestriction.PASSWORD and not restriction.accept_request(request):
            return False
    return True


class World:
    """A tree below the home page, three groups, and one person of each kind."""

    def __init__(self) -> None:
        self.home = HomePage.objects.get()
        self.groups = [Group.objects.create(name=f"Group {index}") for index in range(GROUPS)]
        self.made = 0
        self.people: list[User | AnonymousUser] = [AnonymousUser()]
        for index, members in enumerate([(), (0,), (1,), (0, 1, 2)]):
            person = User.objects.create(email=f"{index}@example.org", name=str(index))
            person.groups.set([self.groups[place] for place in members])
            self.people.append(person)
        self.people.append(User.objects.create(email="root@example.org", name="root", is_superuser=True))

    def page(self, place: int) -> Page:
        pages = list(Page.objects.filter(depth__gte=2).order_by("path"))
        return pages[place % len(pages)]

    def slug(self) -> str:
        self.made += 1
        return f"page-{self.made}"

    def do(self, act: tuple[Any, ...]) -> None:
        getattr(self, act[0].replace(" ", "_"))(*act[1:])

    def add(self, place: int) -> None:
        slug = self.slug()
        self.page(place).add_child(instance=StandardPage(title=slug, slug=slug))

    def restrict(self, place: int, kind: str, chosen: frozenset[int]) -> None:
        restriction = PageViewRestriction.objects.create(page=self.page(place), restriction_type=kind, password="x")
        restriction.groups.set([group for index, group in enumerate(self.groups) if index in chosen])

    def change(self, place: int, kind: str, chosen: frozenset[int]) -> None:
        found = list(PageViewRestriction.objects.order_by("pk"))
        if found:
            restriction = found[place % len(found)]
            restriction.restriction_type = kind
            restriction.save()
            restriction.groups.set([group for index, group in enumerate(self.groups) if index in chosen])

    def lift(self, place: int) -> None:
        found = list(PageViewRestriction.objects.order_by("pk"))
        if found:
            found[place % len(found)].delete()

    def move(self, place: int, onto: int) -> None:
        page, target = self.page(place), self.page(onto)
        if page.depth > 2 and not target.path.startswith(page.path):
            page.move(target, pos="last-child")

    def copy(self, place: int, onto: int) -> None:
        page, target = self.page(place), self.page(onto)
        if page.depth > 2 and not target.path.startswith(page.path):
            page.copy(recursive=True, to=target, update_attrs={"slug": self.slug()}, keep_live=True)

    def alias(self, place: int, onto: int) -> None:
        page, target = self.page(place), self.page(onto)
        if page.depth > 2 and not target.path.startswith(page.path):
            page.specific.create_alias(parent=target, update_slug=self.slug(), recursive=True)

    def delete(self, place: int) -> None:
        page = self.page(place)
        if page.depth > 2:
            Page.objects.get(pk=page.pk).delete()

    def drop_group(self, place: int) -> None:
        if self.groups:
            self.groups.pop(place % len(self.groups)).delete()

    def check(self) -> None:
        gates = dict(PageGate.objects.values_list("page_id", "audience_id"))
        pages = list(Page.objects.filter(depth__gte=2))
        assert {page.pk for page in pages} <= set(gates), "every page has a gate"
        for person in self.people:
            if person.pk:
                person = User.objects.get(pk=person.pk)
            viewer = viewer_for(person)
            for page in pages:
                expected = read_by_wagtail(page, person)
                assert (gates[page.pk] in viewer.audiences) == expected, (page.slug, str(person))


class TestGates(TestCase):
    # No shrinking: an example is a whole site, and the script of acts is short enough to read.
    @settings(
        max_examples=int(os.environ.get("GATE_EXAMPLES", "8")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.lists(acts, min_size=3, max_size=9))
    def test_gates_say_what_wagtails_restrictions_say(self, script: list[tuple[Any, ...]]) -> None:
        world = World()
        # The root of the tree, which nobody visits, gets its gate from the first reconcile.
        regate_all()
        world.add(0)
        world.add(1)
        for act in script:
            world.do(act)
        world.check()
        assert regate_all() == [], "nothing was left for the nightly reconcile"


@pytest.mark.django_db
class TestOneByOne:
    def test_a_list_of_no_groups_admits_nobody_but_administrators(
        self, home: HomePage, member: User, administrator: User
    ) -> None:
        page = StandardPage(title="P", slug="p")
        home.add_child(instance=page)
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
        assert not StandardPage.objects.visible(viewer_for(member)).exists()
        assert StandardPage.objects.visible(viewer_for(administrator)).exists()

    def test_a_shared_password_admits_nobody_even_who_knows_it(self, home: HomePage, member: User) -> None:
        page = StandardPage(title="P", slug="p")
        home.add_child(instance=page)
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.PASSWORD, password="x")
        assert not StandardPage.objects.visible(viewer_for(member)).exists()

    def test_a_group_that_is_deleted_leaves_its_pages_to_nobody(self, home: HomePage, lead: User) -> None:
        page = StandardPage(title="P", slug="p")
        home.add_child(instance=page)
        group = Group.objects.get(name="Privacy group leads")
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS).groups.set([group])
        assert StandardPage.objects.visible(viewer_for(lead)).exists()
        group.delete()
        assert not StandardPage.objects.visible(viewer_for(User.objects.get(pk=lead.pk))).exists()

    def test_a_page_saved_without_the_portals_base_gets_a_gate(self, home: HomePage) -> None:
        page = Page(title="Plain", slug="plain")
        home.add_child(instance=page)
        assert PageGate.objects.filter(page_id=page.pk).exists()

    def test_a_copy_below_a_private_page_is_private(self, home: HomePage) -> None:
        public, private = StandardPage(title="A", slug="a"), StandardPage(title="B", slug="b")
        home.add_child(instance=public)
        home.add_child(instance=private)
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
        copied = public.copy(to=private, update_attrs={"slug": "c"})
        alias = public.create_alias(parent=private, update_slug="d")
        assert {PageGate.objects.get(page_id=page.pk).audience.key for page in (copied, alias)} == {"member"}

    def test_a_private_page_takes_its_gate_with_it_when_it_is_deleted(self, home: HomePage) -> None:
        page = StandardPage(title="P", slug="p")
        home.add_child(instance=page)
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        key = page.pk
        page.delete()
        assert not PageGate.objects.filter(page_id=key).exists()

"""Prepared reads: the same rows as the queryset, with the values of this very call."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from wagtail.models import Page

from portal.core.models import Audience, PageGate
from portal.core.prepared import prepared
from portal.core.viewer import VISITOR, Viewer

pytestmark = pytest.mark.django_db


@prepared
def titles(viewer: Viewer, paths: list[str]) -> QuerySet[Page, str]:
    return Page.objects.filter(path__in=paths, gate__audience_id__in=viewer.audiences).values_list("title", flat=True)


@prepared
def page_with_type(pk: int) -> QuerySet[Page, Page]:
    return Page.objects.select_related("content_type").only("title", "content_type__model").filter(pk=pk)


@prepared
def groups(names: list[str], newest_first: bool) -> "QuerySet[Group, tuple[int, str]]":
    return Group.objects.filter(name__in=names).order_by("-pk" if newest_first else "pk").values_list("pk", "name")


@prepared
def opened_between(first: datetime, last: datetime) -> "QuerySet[Page, str]":
    found = Page.objects.filter(first_published_at__gte=first, first_published_at__lt=last)
    return found.order_by("pk").values_list("title", flat=True)


def test_moments_are_values_too() -> None:
    page = Page.objects.get(depth=1)
    noon, hour = datetime(2026, 7, 1, 12, tzinfo=UTC), timedelta(hours=1)
    Page.objects.update(first_published_at=None)
    Page.objects.filter(pk=page.pk).update(first_published_at=noon)
    in_newfoundland = noon.astimezone(timezone(timedelta(hours=-2.5)))
    assert opened_between(noon, noon + hour) == [page.title]
    assert opened_between(noon - hour, noon) == []
    assert opened_between(in_newfoundland, in_newfoundland + hour) == [page.title]


def test_each_call_binds_its_own_values() -> None:
    first, second = Group.objects.create(name="One"), Group.objects.create(name="Two")
    assert groups(["One"], False) == [(first.pk, "One")]
    assert groups(["Two"], False) == [(second.pk, "Two")]
    assert groups(["One", "Two"], False) == [(first.pk, "One"), (second.pk, "Two")]
    assert groups(["One", "Two"], True) == [(second.pk, "Two"), (first.pk, "One")]
    assert groups([], False) == []


def test_an_answer_is_never_kept() -> None:
    group = Group.objects.create(name="One")
    assert groups(["One"], False)
    group.delete()
    assert groups(["One"], False) == []


def test_what_one_viewer_may_see_another_does_not() -> None:
    page = Page.objects.get(depth=1)
    private = Audience.objects.create(key="77")
    PageGate.objects.update_or_create(page=page, defaults={"audience": private})
    member = Viewer(user_id=5, audiences=frozenset({private.pk}))
    stranger = Viewer(user_id=6, audiences=VISITOR.audiences)
    for _ in range(2):
        assert titles(member, [page.path]) == [page.title]
        assert titles(stranger, [page.path]) == []
        assert titles(VISITOR, [page.path]) == []


def test_instances_come_with_their_related_rows_and_the_rest_deferred(django_assert_num_queries: object) -> None:
    root = Page.objects.get(depth=1)
    for _ in range(2):
        with django_assert_num_queries(1):  # type: ignore[operator]
            (found,) = page_with_type(root.pk)
            assert (found.pk, found.title, found.content_type.model) == (root.pk, root.title, "page")
        assert found.get_deferred_fields()
        assert found.slug == root.slug


def test_a_number_that_no_row_can_have_finds_nothing() -> None:
    assert page_with_type(2**80) == []


def test_a_value_that_the_query_would_change_is_refused() -> None:
    @prepared
    def containing(word: str) -> "QuerySet[Page, Page]":
        return Page.objects.filter(title__icontains=word)

    with pytest.raises(TypeError):
        containing("a")


def test_a_read_that_prefetches_is_refused() -> None:
    @prepared
    def with_children(pk: int) -> "QuerySet[Group, Group]":
        return Group.objects.filter(pk=pk).prefetch_related("permissions")

    with pytest.raises(TypeError):
        with_children(1)


def test_arguments_are_positional() -> None:
    with pytest.raises(TypeError):
        page_with_type(pk=1)

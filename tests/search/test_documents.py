"""The text of attached documents: found with what they hang on, by those who may open them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from portal.core.audiences import admits_all_of
from portal.core.blocks import documents_in
from portal.core.viewer import viewer_for
from portal.groups.models import Visibility
from portal.groups.services import set_visibility
from portal.home.models import HomePage, StandardPage
from portal.search import services
from portal.search.models import DocumentText, SearchEntry
from portal.search.nightly import reconcile
from portal.search.tasks import read_documents
from tests.factories.documents import document, docx, xlsx
from tests.factories.groups import group
from tests.factories.pages import plain_page, tool
from tests.search.conftest import find, titles
from toolkit.models import ToolFile, ToolPage

pytestmark = pytest.mark.django_db
Client_of = Callable[[Any], Client]


def attached(content: bytes, name: str = "handbook.docx", **fields: Any) -> tuple[ToolPage, Any]:
    """A tool with a document of this content."""
    made = document(name, content, title="The handbook", **fields)
    page = tool(title="Handbook for crews")
    page.files.set([ToolFile(document=made)])
    page.save_revision().publish()
    return page, made


def collection(name: str = "Files") -> Collection:
    made: Collection = Collection.get_first_root_node().add_child(name=name)
    return made


def offering(*documents: Any) -> list[tuple[str, Any]]:
    return [("download", {"document": made, "note": ""}) for made in documents]


def test_the_text_of_an_attached_document_leads_to_the_page_and_shows_the_document() -> None:
    _page, made = attached(docx("Zeppelin leave is for crews."))
    (hit,) = find("zeppelin").hits
    assert (hit.title, "<mark>Zeppelin</mark> leave" in hit.snippet) == ("Handbook for crews", True)
    assert hit.part is not None
    assert (hit.part.label, hit.part.url) == ("Attached document: The handbook", made.url)


def test_a_replaced_and_a_deleted_document_are_followed() -> None:
    page, made = attached(docx("Zeppelin leave."))
    made.file.save("rota.xlsx", ContentFile(xlsx(("Airship rota",))), save=False)
    made._set_document_file_metadata()
    made.save()
    assert (find("zeppelin").total, find("airship").total) == (0, 1)
    get_document_model().objects.get(pk=made.pk).delete()
    assert find("airship").total == 0
    assert titles(find("crews")) == [page.title]
    assert not DocumentText.objects.filter(text__contains="Airship").exists()
    reconcile()
    assert not DocumentText.objects.exists()
    assert services.drift() == []


def test_a_renamed_document_is_called_by_its_new_name() -> None:
    _page, made = attached(docx("Zeppelin leave."))
    made.title = "The rules"
    made.save()
    part = find("zeppelin").hits[0].part
    assert part is not None
    assert part.label == "Attached document: The rules"


def test_a_file_is_read_once_for_all_that_hold_its_content() -> None:
    content = docx("Zeppelin leave.")
    _page, made = attached(content)
    attached(content)
    assert DocumentText.objects.count() == 1
    read_at = DocumentText.objects.get().read_at
    assert read_documents.func([made.pk]) == 0
    services.rebuild()
    assert DocumentText.objects.get().read_at == read_at


def test_a_broken_file_fails_no_save_and_is_not_read_again() -> None:
    page, _made = attached(b"PK\x03\x04 broken")
    assert titles(find("crews")) == [page.title]
    assert DocumentText.objects.get().text == ""
    assert services.drift() == []


def test_a_file_that_is_missing_fails_no_save() -> None:
    made = document("handbook.docx", docx("Zeppelin leave."))
    made.file.storage.delete(made.file.name)
    plain_page(title="Handbook", body=offering(made))
    assert find("handbook").total == 1
    assert not DocumentText.objects.exists()


def test_a_document_for_fewer_than_its_page_is_no_word_of_the_page(member: Any) -> None:
    private = collection()
    restriction = CollectionViewRestriction.objects.create(
        collection=private, restriction_type=CollectionViewRestriction.LOGIN
    )
    page, _made = attached(docx("Zeppelin leave."), collection=private)
    assert find("zeppelin").total == find("zeppelin", viewer_for(member)).total == 0
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert (find("zeppelin").total, find("zeppelin", viewer_for(member)).total) == (0, 1)
    PageViewRestriction.objects.all().delete()
    assert find("zeppelin", viewer_for(member)).total == 0
    restriction.delete()
    assert find("zeppelin").total == 1


def test_a_collection_made_private_takes_its_words_with_it_at_once() -> None:
    files = collection()
    attached(docx("Zeppelin leave."), collection=files)
    assert find("zeppelin").total == 1
    CollectionViewRestriction.objects.create(collection=files, restriction_type=CollectionViewRestriction.LOGIN)
    assert find("zeppelin").total == 0


def test_documents_moved_by_the_dozen_take_their_words_with_them(client_of: Client_of, administrator: Any) -> None:
    _page, made = attached(docx("Zeppelin leave."))
    private = collection()
    CollectionViewRestriction.objects.create(collection=private, restriction_type=CollectionViewRestriction.LOGIN)
    url = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "add_to_collection"])
    client_of(administrator).post(f"{url}?id={made.pk}", {"collection": private.pk})
    made.refresh_from_db()
    assert made.collection == private
    assert find("zeppelin").total == 0


def test_documents_are_found_in_bodies_and_links_without_fetching_them(home: HomePage) -> None:
    first, second = (document(f"{name}.txt", name.encode()) for name in ("zeppelin", "airship"))
    body = [*offering(first), ("text", f'<p>See <a linktype="document" id="{second.pk}">it</a>.</p>')]
    page = plain_page(title="Page", body=body)
    fresh = StandardPage.objects.get(pk=page.pk)
    with CaptureQueriesContext(connection) as queries:
        assert documents_in(fresh.body) == (first.pk, second.pk)
    assert not queries.captured_queries
    assert titles(find("airship")) == titles(find("zeppelin")) == ["Page"]


def test_reading_many_documents_costs_as_many_queries_as_reading_one() -> None:
    def cost(pks: list[int], summary: str) -> int:
        ToolPage.objects.filter(pk__in=pks).update(summary=summary)
        with CaptureQueriesContext(connection) as queries:
            assert services.index("tool", pks) == len(pks)
        return len(queries)

    pks = [attached(f"Zeppelin {number}".encode(), "note.txt")[0].pk for number in range(4)]
    assert cost(pks[:1], "Once.") == cost(pks, "Twice.")


def test_a_groups_own_documents_are_found_by_those_who_see_the_group(member: Any, group_member: Any) -> None:
    page = group(title="Crew rest", members=[group_member])
    made = document("rota.xlsx", xlsx(("Zeppelin rota",)), title="Rota", collection=page.working_group.collection)
    (hit,) = find("zeppelin").hits
    assert (hit.kind, hit.title, hit.label, hit.url, hit.part) == ("document", "Rota", "XLSX", made.url, None)
    assert hit.source == "Crew rest"
    set_visibility(page.working_group, Visibility.PRIVATE)
    assert find("zeppelin").total == find("zeppelin", viewer_for(member)).total == 0
    assert titles(find("zeppelin", viewer_for(group_member))) == ["Rota"]
    made.delete()
    assert not SearchEntry.objects.filter(kind="document").exists()


@pytest.mark.parametrize(
    ("wide", "narrow", "all_of_them"),
    [
        ("", "", True),
        ("", "3", True),
        ("member", "", False),
        ("member", "3.7", True),
        ("3.7", "3", True),
        ("3", "3.7", False),
        ("3", "3 & 7", True),
        ("3 & 7", "3", False),
        ("3", "member", False),
    ],
)
def test_an_audience_is_within_another_if_each_of_its_conditions_is_met(
    wide: str, narrow: str, all_of_them: bool
) -> None:
    assert admits_all_of(wide, narrow) is all_of_them

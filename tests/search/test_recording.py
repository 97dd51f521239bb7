"""How entries follow what the rooms hold."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from portal.core.models import Audience, CacheGeneration
from portal.core.viewer import Viewer, viewer_for
from portal.home.models import HomePage, StandardPage
from portal.search import registry, services
from portal.search.contract import Kind
from portal.search.models import SearchEntry, SearchFacet
from portal.search.nightly import reconcile
from taxonomy import services as vocabulary
from taxonomy.models import GlossaryPage
from taxonomy.models.vocabulary import LabelKind
from taxonomy.services import LabelSpec
from taxonomy.usage import uses_of
from tests.factories.events import event
from tests.factories.pages import add, case, plain_page
from tests.factories.search import entry
from tests.factories.taxonomy import SchemeFactory, concept
from tests.search.conftest import find, titles

pytestmark = pytest.mark.django_db


def keys() -> set[str]:
    return set(SearchEntry.objects.exclude(kind="term").values_list("key", flat=True))


def entry_of(page: Page, kind: str = "page") -> SearchEntry:
    return SearchEntry.objects.get(key=f"{kind}:{page.pk}")


def test_a_published_page_is_found_and_an_unpublished_one_is_not() -> None:
    page = plain_page(title="Guidelines for providers")
    assert titles(find("guidelines")) == ["Guidelines for providers"]
    page.unpublish()
    assert find("guidelines").total == 0
    page.save_revision().publish()
    assert find("guidelines").total == 1


def test_expiry_through_the_plain_page_takes_it_out_too() -> None:
    page = plain_page(title="Guidelines")
    Page.objects.get(pk=page.pk).unpublish()
    assert find("guidelines").total == 0


def test_a_draft_is_not_recorded(home: HomePage) -> None:
    home.add_child(instance=StandardPage(title="Draft", slug="draft", live=False))
    assert find("draft").total == 0


def test_an_unchanged_save_writes_nothing() -> None:
    page = plain_page(title="Guidelines")
    before = SearchEntry.objects.values_list("key", "version", "content_hash")
    expected = list(before)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page.save()
    assert list(before.all()) == expected
    assert not [
        query["sql"] for query in queries if query["sql"].startswith(("INSERT", "DELETE")) and "search" in query["sql"]
    ]
    assert services.index("page", [page.pk]) == 0


def test_a_change_writes_one_version_more_and_makes_stored_pages_stale() -> None:
    page = plain_page(title="Guidelines")
    first = entry_of(page)
    StandardPage.objects.filter(pk=page.pk).update(summary="For providers.")
    generation = CacheGeneration.objects.get().number
    assert services.index("page", [page.pk]) == 1
    second = entry_of(page)
    assert (second.pk, second.version) == (first.pk, first.version + 1)
    assert CacheGeneration.objects.get().number == generation + 1
    assert titles(find("providers")) == ["Guidelines"]


def test_a_change_that_is_rolled_back_leaves_no_entry() -> None:
    with transaction.atomic():
        plain_page(title="Guidelines")
        assert find("guidelines").total == 1
        transaction.set_rollback(True)
    assert keys() == set()
    assert find("guidelines").total == 0


def test_a_deleted_page_takes_everything_below_it_out() -> None:
    parent = plain_page(title="Parent")
    plain_page(parent, title="Child")
    plain_page(title="Other")
    Page.objects.get(pk=parent.pk).delete()
    assert titles(find("", kinds=("page",))) == ["Other"]
    assert not SearchFacet.objects.exclude(entry__title="Other").exists()


def test_a_new_slug_or_place_reaches_the_addresses_below(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    parent = plain_page(title="Parent", slug="parent")
    child = plain_page(parent, title="Child", slug="child")
    assert entry_of(child).url == "/parent/child/"
    with django_capture_on_commit_callbacks(execute=True):
        parent.slug = "renamed"
        parent.save()
    assert entry_of(child).url == "/renamed/child/"
    child.move(plain_page(title="Elsewhere", slug="elsewhere"), pos="last-child")
    assert entry_of(child).url == "/elsewhere/child/"


def test_a_page_made_private_is_found_by_those_who_may_only(member: Any) -> None:
    parent = plain_page(title="Parent")
    plain_page(parent, title="Secret child")
    restriction = PageViewRestriction.objects.create(page=parent, restriction_type=PageViewRestriction.LOGIN)
    assert find("secret").total == 0
    assert find("secret", viewer_for(member)).total == 1
    restriction.delete()
    assert find("secret").total == 1


def test_what_hangs_on_a_page_is_recorded_with_it() -> None:
    page = plain_page(title="Guidelines")
    asked: list[int] = []

    def hanging(page_ids: list[int]) -> list[str]:
        asked.extend(page_ids)
        return [f"page:{page.pk}"]

    registry.register_dependants("test", hanging)
    try:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    finally:
        registry._dependants.pop("test")
    assert page.pk in asked


def test_own_concepts_are_chips_and_their_ancestors_are_facet_values_too() -> None:
    line = SchemeFactory(slug="service-line", title="Service line")
    wide = concept("Procurement", scheme=line, slug="procurement")
    narrow = concept("Strategic sourcing", scheme=line, slug="strategic-sourcing", broader=[wide])
    page = case(title="One agency", concepts=[narrow])
    assert set(entry_of(page, "case").facets.values_list("facet", "value")) == {
        ("kind", "case"),
        ("evidence", "audited"),
        ("service-line", "procurement"),
        ("service-line", "strategic-sourcing"),
    }
    found = find("agency", facets=("service-line",))
    (facet,) = found.facets
    assert facet.label == "Service line"
    assert [(v.label, v.count, v.depth) for v in facet.values] == [("Procurement", 1, 0), ("Strategic sourcing", 1, 1)]
    assert found.hits[0].chips == (("Strategic sourcing", "/glossary/strategic-sourcing/"),)


def test_a_concept_moved_below_another_reaches_its_holders() -> None:
    line = SchemeFactory(slug="service-line")
    wide, narrow = concept(scheme=line, slug="wide"), concept(scheme=line, slug="narrow")
    page = case(title="One agency", concepts=[narrow])
    vocabulary.set_broader(narrow, [wide])
    assert entry_of(page, "case").facets.filter(value="wide").exists()


def test_synonyms_of_agreed_terms_are_searched_too_unless_told_otherwise() -> None:
    concept("Service level agreement", alt=["SLA"])
    case(title="Their SLA in plain words", summary="Short.")
    page = find("service level agreement", kinds=("case",))
    assert (page.total, page.expanded) == (1, ("SLA",))
    assert find("service level agreement", kinds=("case",), exact=True).total == 0
    assert find('"service level agreement"', kinds=("case",)).total == 0


def test_hits_say_where_they_come_from(home: HomePage) -> None:
    add(home, GlossaryPage(title="Glossary", slug="glossary"))
    case(title="Zeppelin case", organisation="A county")
    event(title="Zeppelin event", place="Town hall")
    concept("Zeppelin", source="The book of airships")
    plain_page(title="Zeppelin page")
    sources = {hit.kind: hit.source for hit in find("zeppelin").hits}
    assert sources == {"case": "A county", "event": "Town hall", "term": "The book of airships", "page": ""}


def test_terms_are_found_where_the_glossary_is_and_by_all_their_labels(home: HomePage) -> None:
    term = concept("Deputy minister", alt=["Permanent secretary"])
    assert find("permanent secretary", exact=True).total == 0
    glossary = GlossaryPage.objects.first() or add(home, GlossaryPage(title="Glossary", slug="glossary"))
    assert titles(find("permanent secretary", exact=True)) == ["Deputy minister"]
    assert SearchEntry.objects.get(key=f"term:{term.pk}").url == term.get_absolute_url()
    PageViewRestriction.objects.create(page=glossary, restriction_type=PageViewRestriction.LOGIN)
    assert find("deputy minister").total == 0


def test_a_misspelling_leads_to_its_term_and_is_never_shown(home: HomePage) -> None:
    add(home, GlossaryPage(title="Glossary", slug="glossary"))
    concept("Payroll", labels=[LabelSpec("Payrol", kind=LabelKind.HIDDEN)])
    page = find("payrol")
    assert titles(page) == ["Payroll"]
    assert "Payrol " not in f"{page.hits[0].snippet} "
    assert not SearchEntry.objects.filter(body__icontains="payrol").exists()


def test_indexing_costs_the_same_however_many() -> None:
    def cost(pks: list[int], summary: str) -> int:
        StandardPage.objects.filter(pk__in=pks).update(summary=summary)
        with CaptureQueriesContext(connection) as queries:
            assert services.index("page", pks) == len(pks)
        return len(queries)

    pks = [plain_page().pk for _ in range(8)]
    assert cost(pks[:2], "Once.") == cost(pks, "Twice.")


def test_rebuild_mends_whatever_differs_and_then_finds_nothing_to_do() -> None:
    page, other = plain_page(title="Guidelines"), plain_page(title="Privacy")
    Page.objects.filter(pk=page.pk).update(title="Guidelines for all")
    SearchEntry.objects.filter(key=f"page:{other.pk}").delete()
    entry("Gone", key="page:99999", object_pk=99999)
    entry("Of no kind", kind="phantom")
    told: list[int] = []
    assert services.rebuild(told.append) == 4
    assert sum(told) == services.total() + 1
    assert titles(find("", kinds=("page",), sort="title")) == ["Guidelines for all", "Privacy"]
    assert find("phantom").total == 0
    assert services.rebuild() == 0
    assert services.drift() == []


def test_the_drift_check_names_what_differs_and_repairs_it_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    page, other = plain_page(title="Guidelines"), plain_page(title="Privacy")
    call_command("search_rebuild", verbosity=0)
    Page.objects.filter(pk=page.pk).update(title="Changed")
    SearchEntry.objects.filter(key=f"page:{other.pk}").delete()
    gone = entry("Gone", key="page:99999", object_pk=99999)
    phantom = entry(kind="phantom")
    with pytest.raises(CommandError, match="4 differences"):
        call_command("search_check", verbosity=0)
    assert set(capsys.readouterr().out.splitlines()) == {
        f"page:{page.pk} is not what its room records.",
        f"page:{other.pk} is missing.",
        f"{gone.key} should not be searchable.",
        f"{phantom.key} is of a kind that nobody registered.",
    }
    call_command("search_check", "--repair", verbosity=0)
    call_command("search_check", verbosity=0)
    assert "Search agrees with what the rooms hold." in capsys.readouterr().out


def test_the_drift_check_sees_full_text_tables_that_lost_their_triggers(capsys: pytest.CaptureFixture[str]) -> None:
    page = plain_page(title="Guidelines")
    with connection.cursor() as cursor:
        on = " ON portal_search_searchentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER portal_search_changed{on}")
    assert services.drift() == ["portal_search_changed is missing."]
    SearchEntry.objects.filter(key=f"page:{page.pk}").update(title="Rules")
    services.rebuild()
    assert services.drift() == []


def test_text_that_the_tables_do_not_have_is_damage() -> None:
    entry("Payroll")
    table, lose = {
        "sqlite": (
            "portal_search_words",
            "INSERT INTO portal_search_words(portal_search_words, rowid, title, summary, body) "
            "SELECT 'delete', id, title, summary, body FROM portal_search_searchentry",
        ),
        "postgresql": ("portal_search_texts", "DELETE FROM portal_search_texts"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(lose)
    assert f"{table} differs from the entries." in services.drift()


def test_an_unregistered_kind_is_refused_by_index_and_taken_out_by_reindex() -> None:
    made = entry(kind="phantom")
    with pytest.raises(KeyError, match="phantom"):
        services.index("phantom", [1])
    assert services.reindex([made.key]) == 1
    assert services.evict("phantom", [made.object_pk]) == 0


def test_a_room_can_register_a_kind_and_take_it_back() -> None:
    kind = Kind("audience", "Audience", "Audiences", Audience, Audience.objects.all, lambda thing: None)
    registry.register(kind)
    try:
        assert registry.kind_of(Audience) is kind
        made = Audience.objects.create(key="77")
        entry("Seen", kind="audience", key=f"audience:{made.pk}", object_pk=made.pk)
        made.delete()
        assert find("seen").total == 0
    finally:
        registry.unregister("audience")
    assert registry.kind_of(Audience) is None


def test_a_term_page_learns_what_its_reader_would_find_under_the_term() -> None:
    scheme = SchemeFactory(slug="service-line")
    wide = concept(slug="hr", scheme=scheme)
    held = concept(slug="payroll", scheme=scheme, broader=[wide])
    case(concepts=[held])
    hidden = case(concepts=[held])
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    assert ("Cases", 1, "/search/?service-line=hr&kind=case") in uses_of(wide.pk, Viewer())


def test_the_nightly_job_mends_what_was_missed() -> None:
    page = plain_page(title="Guidelines")
    SearchEntry.objects.filter(key=f"page:{page.pk}").delete()
    assert reconcile() == "1 entries changed"
    assert find("guidelines").total == 1

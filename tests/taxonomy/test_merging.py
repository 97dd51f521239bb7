"""Two concepts become one: words and links follow without circles, whatever holds one holds the other, for good."""

from typing import Any

import pytest
from django.db.models import Count
from django.test import Client
from wagtail.models import Revision

from cases.models import CasePage
from forums import services as forum_services
from forums.models import BoardPage, ForumIndexPage
from portal.accounts.models import User
from portal.members.models import Profile
from portal.search.models import SearchFacet
from taxonomy import history, holders, services
from taxonomy.models import (
    Ancestry,
    BroaderLink,
    Concept,
    ConceptVersion,
    GlossaryPage,
    Label,
    Mapping,
    RelatedLink,
    Scheme,
    VocabularyVersion,
    Watch,
)
from taxonomy.querysets import by_slug, expand
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services.merging import contracted
from taxonomy.signals import concept_merged, vocabulary_changed
from tests.factories.pages import add, case, index
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def payroll(scheme: Scheme) -> Concept:
    return concept("Payroll", scheme=scheme, slug="payroll", alt=["Pay run"])


@pytest.fixture
def wages(scheme: Scheme) -> Concept:
    labels = [
        LabelSpec("Pay run"),
        LabelSpec("Paie", "fr", "CA", "pref"),
        LabelSpec("Wagse", kind="hidden"),
        LabelSpec("Salaries", "en", "UK"),
    ]
    return concept("Wages", scheme=scheme, slug="wages", labels=labels)


def labels_of(one: Concept) -> set[tuple[str, str, str, str]]:
    return set(Label.objects.filter(concept=one).values_list("text", "language", "jurisdiction", "kind"))


def above(one: Concept) -> set[str]:
    return set(BroaderLink.objects.filter(concept=one).values_list("broader__title", flat=True))


def test_labels_become_further_labels_of_the_target_and_the_merged_one_keeps_its_title(
    payroll: Concept, wages: Concept
) -> None:
    assert services.merge(wages, payroll) is True
    assert labels_of(payroll) == {
        ("Payroll", "en", "", "pref"),
        ("Pay run", "en", "", "alt"),
        ("Wages", "en", "", "alt"),
        ("Paie", "fr", "CA", "alt"),
        ("Wagse", "en", "", "hidden"),
        ("Salaries", "en", "UK", "alt"),
    }
    wages.refresh_from_db()
    assert labels_of(wages) == {("Wages", "en", "", "pref")}
    assert (wages.status, wages.replaced_by, wages.merged_into) == ("deprecated", payroll, payroll)
    assert "Payroll" in expand("wages")[0].alternatives


def test_merging_again_changes_nothing_and_says_so(payroll: Concept, wages: Concept) -> None:
    services.merge(wages, payroll)
    number = VocabularyVersion.objects.get().number
    assert services.merge(wages, payroll) is False
    assert VocabularyVersion.objects.get().number == number


def test_neighbours_follow_from_both_sides(payroll: Concept, wages: Concept, scheme: Scheme) -> None:
    top, friend = concept("Money", scheme=scheme), concept("Pensions", scheme=scheme)
    low = concept("Overtime", scheme=scheme, broader=[wages])
    services.update_concept(wages, broader=[top], related=[friend, payroll])
    services.merge(wages, payroll)
    assert above(payroll) == {"Money"}
    assert above(low) == {"Payroll"}
    assert above(wages) == set()
    assert set(RelatedLink.objects.values_list("concept__title", "related__title")) == {
        ("Payroll", "Pensions"),
        ("Pensions", "Payroll"),
    }
    assert set(Ancestry.objects.values_list("concept__title", "ancestor__title", "depth")) == {
        ("Overtime", "Payroll", 1),
        ("Overtime", "Money", 2),
        ("Payroll", "Money", 1),
    }


def test_what_lies_between_the_two_makes_no_circle(scheme: Scheme) -> None:
    top = concept("Top", scheme=scheme)
    upper = concept("Upper", scheme=scheme, broader=[top])
    between = concept("Between", scheme=scheme, broader=[upper])
    lower = concept("Lower", scheme=scheme, broader=[between])
    services.merge(upper, lower)
    assert (above(lower), above(between)) == ({"Between"}, {"Top"})


def test_a_concept_is_merged_into_what_is_above_it(scheme: Scheme) -> None:
    upper = concept("Upper", scheme=scheme)
    between = concept("Between", scheme=scheme, broader=[upper])
    lower = concept("Lower", scheme=scheme, broader=[between])
    least = concept("Least", scheme=scheme, broader=[lower])
    services.merge(lower, upper)
    assert (above(upper), above(between), above(least)) == (set(), {"Upper"}, {"Upper"})


def test_two_that_stand_directly_below_each_other_become_one(scheme: Scheme) -> None:
    upper = concept("Upper", scheme=scheme)
    lower = concept("Lower", scheme=scheme, broader=[upper])
    assert contracted({lower.pk: {upper.pk}}, upper.pk, lower.pk) == {lower.pk: set()}
    services.merge(upper, lower)
    assert not BroaderLink.objects.exists()


@pytest.mark.parametrize(
    ("into", "sentence"),
    [
        ("itself", "“Wages” cannot be merged into itself."),
        ("retired", "“Wages” cannot be merged into “Old”, because that is deprecated."),
        ("elsewhere", "“Wages” cannot be merged into “Ohio”, because that is in another scheme; move"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused_with_a_sentence(
    wages: Concept, scheme: Scheme, into: str, sentence: str
) -> None:
    others = {
        "itself": lambda: wages,
        "retired": lambda: concept("Old", scheme=scheme, status="deprecated"),
        "elsewhere": lambda: concept("Ohio", scheme=SchemeFactory(slug="place")),
    }
    with pytest.raises(VocabularyError) as refused:
        services.merge(wages, others[into]())
    assert sentence in refused.value.messages[0]
    assert wages.status == "agreed"


def test_what_was_merged_is_merged_nowhere_else(payroll: Concept, wages: Concept, scheme: Scheme) -> None:
    services.merge(wages, payroll)
    with pytest.raises(VocabularyError, match="has been merged into “Payroll” already"):
        services.merge(wages, concept("Pay", scheme=scheme))


def test_the_old_address_leads_on_and_chains_collapse(payroll: Concept, wages: Concept, scheme: Scheme) -> None:
    index(GlossaryPage, "glossary")
    last = concept("Pay", scheme=scheme, slug="pay")
    services.merge(wages, payroll)
    answer = Client().get("/glossary/wages/")
    assert (answer.status_code, answer["Location"]) == (301, "/glossary/payroll/")
    services.merge(payroll, last)
    for slug in ("wages", "payroll"):
        answer = Client().get(f"/glossary/{slug}/")
        assert (answer.status_code, answer["Location"]) == (301, "/glossary/pay/")
    wages.refresh_from_db()
    assert (wages.replaced_by, wages.merged_into) == (last, last)
    page = Client().get("/glossary/?q=wages").content.decode()
    assert page.count("Wages</dt>") == 1


def test_a_merged_concept_that_is_taken_back_has_its_page_again(payroll: Concept, wages: Concept) -> None:
    index(GlossaryPage, "glossary")
    services.merge(wages, payroll)
    services.agree(wages)
    assert Client().get("/glossary/wages/").status_code == 200


def test_pages_topics_and_profiles_hold_the_target_once(
    payroll: Concept, wages: Concept, member: User, scheme: Scheme
) -> None:
    one, both = case(concepts=[wages]), case(concepts=[wages, payroll])
    board = add(index(ForumIndexPage, "forums"), BoardPage(title="Pay", slug="pay-board"))
    topic, _said = forum_services.ask(board, member, title="Who pays?", body="Somebody.", concepts=[wages])
    place, elsewhere = (concept(title, scheme=SchemeFactory(slug="place")) for title in ("Ohio", "Buckeye State"))
    profile = Profile.objects.get_or_create(user=member)[0]
    profile.ask_about.set([wages, payroll])
    Profile.objects.filter(pk=profile.pk).update(place=elsewhere)
    services.merge(wages, payroll)
    services.merge(elsewhere, place)
    for page in (one, both):
        assert [found.title for found in CasePage.objects.get(pk=page.pk).concepts.all()] == ["Payroll"]
    assert [found.title for found in topic.concepts.all()] == ["Payroll"]
    assert [found.title for found in profile.ask_about.all()] == ["Payroll"]
    profile.refresh_from_db()
    assert profile.place == place


def test_facets_of_what_held_it_are_recorded_anew(
    payroll: Concept, wages: Concept, django_capture_on_commit_callbacks: Any
) -> None:
    page = case(concepts=[wages])
    services.merge(wages, payroll)
    held = SearchFacet.objects.filter(entry__key=f"case:{page.pk}", facet="service-line")
    assert set(held.values_list("value", flat=True)) == {"payroll"}


def test_a_draft_published_later_neither_loses_nor_revives_the_merged_concept(payroll: Concept, wages: Concept) -> None:
    page = case(concepts=[payroll])
    page.concepts = [wages]
    page.save_revision()
    services.merge(wages, payroll)
    CasePage.objects.get(pk=page.pk).latest_revision.publish()
    assert [found.title for found in CasePage.objects.get(pk=page.pk).concepts.all()] == ["Payroll"]
    for revision in Revision.objects.for_instance(page):
        assert wages.pk not in revision.content["concepts"]
        assert revision.content["title"] == page.title


def test_every_field_of_another_room_that_points_to_a_concept_is_known() -> None:
    found = {f"{field.model._meta.label}.{field.name}" for field in holders.fields()}
    assert {"cases.CasePage.concepts", "forums.Topic.concepts", "portal_members.Profile.place"} <= {
        name.replace("members.", "portal_members.") if name.startswith("members.") else name for name in found
    }
    assert not any(name.startswith("taxonomy.") for name in found)


def test_one_signal_names_everything_that_changed(payroll: Concept, wages: Concept, scheme: Scheme) -> None:
    low = concept("Overtime", scheme=scheme, broader=[wages])
    said: list[Any] = []

    def listen(sender: Any, **named: Any) -> None:
        said.append(named.get("concept_ids") or (named["concept_id"], named["into_id"]))

    for signal in (vocabulary_changed, concept_merged):
        signal.connect(listen)
    services.merge(wages, payroll)
    for signal in (vocabulary_changed, concept_merged):
        signal.disconnect(listen)
    assert said == [(wages.pk, payroll.pk), frozenset({wages.pk, payroll.pk, low.pk})]


def test_slugs_in_content_files_lead_to_what_stands_for_them(payroll: Concept, wages: Concept) -> None:
    services.merge(wages, payroll)
    assert by_slug(["wages", "payroll", "nowhere"]) == {"wages": payroll, "payroll": payroll}


def test_a_file_loaded_again_does_not_take_a_merge_back(payroll: Concept, wages: Concept, scheme: Scheme) -> None:
    services.merge(wages, payroll)
    entries: list[dict[str, Any]] = [
        {"slug": "wages", "pref": "Wages", "status": "agreed"},
        {"slug": "overtime", "pref": "Overtime", "broader": ["wages"]},
    ]
    services.upsert_concepts(scheme, entries)
    wages.refresh_from_db()
    assert wages.merged_into == payroll
    assert above(Concept.objects.get(slug="overtime")) == {"Payroll"}


def test_who_watches_and_what_it_is_like_elsewhere_follow_a_merge(
    payroll: Concept, wages: Concept, member: User, other_member: User
) -> None:
    for user, one in ((member, wages), (member, payroll), (other_member, wages)):
        Watch.objects.create(member=user, concept=one)
    elsewhere = concept("Pay", scheme=SchemeFactory(slug="other"), slug="pay")
    for one, uri in (
        (wages, "https://peer.example/1"),
        (wages, "https://peer.example/2"),
        (payroll, "https://peer.example/2"),
    ):
        Mapping.objects.create(concept=one, kind="exact", uri=uri)
    Mapping.objects.create(concept=payroll, kind="close", uri="https://portal.example/wages", target=wages)
    Mapping.objects.create(concept=elsewhere, kind="exact", uri="https://portal.example/wages", target=wages)
    services.merge(wages, payroll)
    assert set(payroll.watches.values_list("member", flat=True)) == {member.pk, other_member.pk}
    assert set(payroll.mappings.values_list("kind", "uri")) == {
        ("exact", "https://peer.example/1"),
        ("exact", "https://peer.example/2"),
    }
    assert elsewhere.mappings.get().target == payroll


def test_a_merge_and_a_move_are_in_the_history_of_all_whom_they_change(
    payroll: Concept, wages: Concept, scheme: Scheme, steward: User
) -> None:
    below = concept("Overtime", scheme=scheme, slug="overtime", broader=[wages])
    before = dict(ConceptVersion.objects.values_list("concept").annotate(Count("pk")))
    with history.acting(by_id=steward.pk):
        services.merge(wages, payroll)
    fresh = ConceptVersion.objects.filter(by=steward)
    assert {version.concept for version in fresh} == {wages, payroll, below}
    assert {change["field"] for change in fresh.get(concept=wages).changes} >= {"status", "replaced_by", "labels"}
    assert {change["field"] for change in fresh.get(concept=below).changes} == {"broader"}
    other = SchemeFactory(slug="other", title="Another")
    services.move(Concept.objects.get(pk=payroll.pk), scheme=other)
    after = dict(ConceptVersion.objects.values_list("concept").annotate(Count("pk")))
    assert after[payroll.pk] == before[payroll.pk] + 2
    assert after[below.pk] == before[below.pk] + 2, "what stands below it moves along"

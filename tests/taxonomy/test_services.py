"""What the services keep true, and what they refuse."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from portal.core import pagecache
from taxonomy import services
from taxonomy.models import Ancestry, BroaderLink, Concept, Label, RelatedLink, Scheme, VocabularyVersion
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.signals import vocabulary_changed
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def announced() -> Iterator[list[frozenset[int]]]:
    heard: list[frozenset[int]] = []

    def hear(sender: Any, concept_ids: frozenset[int], **kwargs: Any) -> None:
        heard.append(concept_ids)

    vocabulary_changed.connect(hear, dispatch_uid="test")
    yield heard
    vocabulary_changed.disconnect(dispatch_uid="test")


def ancestry() -> set[tuple[str, str, int]]:
    return set(Ancestry.objects.values_list("concept__title", "ancestor__title", "depth"))


def version() -> int:
    return VocabularyVersion.objects.get().number


def test_a_new_concept_has_its_title_as_preferred_label_and_its_definition_as_safe_html(scheme: Scheme) -> None:
    made = concept("Payroll", scheme=scheme, definition="Paying *people*. <script>x</script>")
    assert list(made.labels.values_list("text", "language", "jurisdiction", "kind", "normalised")) == [
        ("Payroll", "en", "", "pref", "payroll")
    ]
    assert made.definition_html == "<p>Paying <em>people</em>. &lt;script&gt;x&lt;/script&gt;</p>\n"


def test_a_new_title_changes_the_preferred_label_and_leaves_the_others(scheme: Scheme) -> None:
    made = concept("Payroll", scheme=scheme, alt=["Pay"])
    assert services.update_concept(made, title="Payroll service")
    assert set(made.labels.values_list("text", "kind")) == {("Payroll service", "pref"), ("Pay", "alt")}


def test_a_concept_below_two_others_has_the_ancestors_of_both(scheme: Scheme) -> None:
    top = concept("Top", scheme=scheme)
    left = concept("Left", scheme=scheme, broader=[top])
    right = concept("Right", scheme=scheme)
    concept("Low", scheme=scheme, broader=[left, right])
    assert ancestry() == {("Left", "Top", 1), ("Low", "Left", 1), ("Low", "Right", 1), ("Low", "Top", 2)}


def test_moving_a_concept_moves_everything_below_it(scheme: Scheme, announced: list[frozenset[int]]) -> None:
    one, other = concept("One", scheme=scheme), concept("Other", scheme=scheme)
    middle = concept("Middle", scheme=scheme, broader=[one])
    low = concept("Low", scheme=scheme, broader=[middle])
    announced.clear()
    assert services.set_broader(middle, [other])
    assert ancestry() == {("Middle", "Other", 1), ("Low", "Middle", 1), ("Low", "Other", 2)}
    assert announced == [frozenset({middle.pk, low.pk})]


def test_a_circle_is_refused_with_both_names_and_nothing_is_written(scheme: Scheme) -> None:
    top = concept("Human resources", scheme=scheme)
    low = concept("Payroll", scheme=scheme, broader=[top])
    before, held = version(), ancestry()
    with pytest.raises(VocabularyError) as refused:
        services.set_broader(top, [low])
    assert refused.value.messages == [
        "“Payroll” cannot be broader than “Human resources”, because “Human resources” is broader than “Payroll”."
    ]
    assert (version(), ancestry()) == (before, held)


def test_a_concept_is_neither_broader_than_nor_related_to_nor_replaced_by_itself(scheme: Scheme) -> None:
    made = concept("Fleet", scheme=scheme)
    for change in (
        lambda: services.set_broader(made, [made]),
        lambda: services.set_related(made, [made]),
        lambda: services.deprecate(made, replaced_by=made),
    ):
        with pytest.raises(VocabularyError, match=r"“Fleet” cannot be .* “Fleet”: they are one\."):
            change()


def test_a_broader_concept_of_another_scheme_is_refused(scheme: Scheme) -> None:
    made, other = concept("Fleet", scheme=scheme), concept("Savings")
    with pytest.raises(VocabularyError, match="“Savings” cannot be broader than “Fleet”, because it is in another"):
        services.set_broader(made, [other])


def test_a_relation_is_seen_from_both_sides_and_taken_away_from_both() -> None:
    one, other = concept("One"), concept("Other")
    assert services.set_related(one, [other])
    assert set(RelatedLink.objects.values_list("concept", "related")) == {(one.pk, other.pk), (other.pk, one.pk)}
    assert services.set_related(other, [])
    assert not RelatedLink.objects.exists()


def test_two_concepts_of_a_scheme_cannot_share_a_preferred_label_however_it_is_written(scheme: Scheme) -> None:
    concept("Service-level agreement", scheme=scheme)
    with pytest.raises(VocabularyError) as refused:
        concept("service Level  Agreement", scheme=scheme)
    assert refused.value.messages == [
        "“service Level Agreement” cannot be the preferred label of “service Level Agreement” for English: "
        "it is already that of “Service-level agreement” in the scheme “Service line”."
    ]
    assert refused.value.field == "title"


def test_the_same_preferred_label_is_free_in_another_scheme_language_or_jurisdiction(scheme: Scheme) -> None:
    concept("Pilot", scheme=scheme)
    concept("Pilot")
    concept("Trial", scheme=scheme, labels=[LabelSpec("Pilot", "fr", "", "pref"), LabelSpec("pilot", kind="alt")])
    with pytest.raises(VocabularyError, match=r"“PILOT” cannot be .* of “Test run” for French: .* “Trial”"):
        concept("Test run", scheme=scheme, labels=[LabelSpec("PILOT", "fr", "", "pref")])


def test_a_deprecated_concept_keeps_nobody_from_its_label_and_cannot_take_it_back(scheme: Scheme) -> None:
    old = concept("Hub", scheme=scheme)
    services.deprecate(old)
    new = concept("Hub", scheme=scheme)
    with pytest.raises(VocabularyError, match="it is already that of “Hub”"):
        services.agree(old)
    assert services.deprecate(old, replaced_by=new)


def test_one_preferred_label_for_each_language_and_jurisdiction(scheme: Scheme) -> None:
    with pytest.raises(VocabularyError) as refused:
        concept(
            "Deputy minister",
            scheme=scheme,
            labels=[LabelSpec("Permanent secretary", "en", "uk", "pref"), LabelSpec("Mandarin", "en", "UK", "pref")],
        )
    assert refused.value.messages == [
        "“Deputy minister” can have only one preferred label for English, United Kingdom, "
        "but has “Permanent secretary” and “Mandarin”."
    ]


@pytest.mark.parametrize(
    "spec",
    [
        LabelSpec("…"),
        LabelSpec("\x00 "),
        LabelSpec("x" * 501),
        LabelSpec("ﷺ" * 100),
        LabelSpec("Fine", language="en gb please"),
        LabelSpec("Fine", jurisdiction="Absurdistan"),
        LabelSpec("Fine", kind="best"),
    ],
)
def test_a_label_that_is_none_is_refused_in_a_sentence(spec: LabelSpec) -> None:
    with pytest.raises(VocabularyError, match=r"[.;:]"):
        concept("Term", labels=[spec])
    assert not Concept.objects.exists()


def test_one_text_as_two_kinds_of_label_is_refused() -> None:
    with pytest.raises(VocabularyError, match="“SLA” is given twice for “Agreement”"):
        concept("Agreement", labels=[LabelSpec("SLA"), LabelSpec("SLA", kind="hidden")])


def test_what_changes_nothing_bumps_nothing(scheme: Scheme, announced: list[frozenset[int]]) -> None:
    top = concept("Top", scheme=scheme)
    made = concept("Low", scheme=scheme, alt=["Lower"], broader=[top], related=[top])
    announced.clear()
    before, generation = version(), pagecache.generation()
    assert not services.update_concept(made, title="Low ", definition=made.definition + "\n", scheme=scheme)
    assert not services.set_labels(made, [LabelSpec("Lower"), LabelSpec("Lower")])
    assert not services.set_broader(made, [top])
    assert not services.set_related(made, [top])
    assert not services.agree(made)
    assert not services.update_scheme(scheme, title="Service line")
    assert (version(), pagecache.generation(), announced) == (before, generation, [])


def test_each_change_bumps_the_version_and_the_stored_pages_once(
    scheme: Scheme, announced: list[frozenset[int]]
) -> None:
    made = concept("Low", scheme=scheme)
    announced.clear()
    before, generation = version(), pagecache.generation()
    assert services.update_concept(made, definition="New.", labels=[LabelSpec("Lower")])
    assert (version(), pagecache.generation()) == (before + 1, generation + 1)
    assert announced == [frozenset({made.pk})]


def test_a_rolled_back_change_leaves_the_version_token_as_it_was(scheme: Scheme) -> None:
    before = VocabularyVersion.objects.get().token
    with transaction.atomic():
        concept("Gone", scheme=scheme)
        assert VocabularyVersion.objects.get().token != before
        transaction.set_rollback(True)
    assert VocabularyVersion.objects.get().token == before


def test_deprecating_leads_on_what_was_replaced_before(scheme: Scheme) -> None:
    first, second, third = (concept(title, scheme=scheme) for title in ("First", "Second", "Third"))
    services.deprecate(first, replaced_by=second)
    assert services.deprecate(second, replaced_by=third)
    first.refresh_from_db()
    assert first.replaced_by == third
    with pytest.raises(VocabularyError, match="“Third” cannot be replaced by “First”, because that is deprecated too"):
        services.deprecate(third, replaced_by=first)


def test_a_concept_that_is_in_use_has_no_replacement(scheme: Scheme) -> None:
    one, other = concept("One", scheme=scheme), concept("Other", scheme=scheme)
    with pytest.raises(VocabularyError, match="“One” is not deprecated, so nothing replaces it"):
        services.update_concept(one, replaced_by=other)


def test_an_agreed_concept_is_not_deleted_but_a_draft_is_and_the_closure_follows(scheme: Scheme) -> None:
    top = concept("Top", scheme=scheme)
    middle = concept("Middle", scheme=scheme, broader=[top], status="draft")
    concept("Low", scheme=scheme, broader=[middle])
    with pytest.raises(VocabularyError, match="“Top” has been agreed"):
        services.delete_concept(top)
    services.delete_concept(middle)
    assert ancestry() == set()
    assert not BroaderLink.objects.exists()


def test_a_concept_with_neighbours_does_not_change_its_scheme(scheme: Scheme) -> None:
    top, other = concept("Top", scheme=scheme), SchemeFactory(title="Elsewhere")
    low = concept("Low", scheme=scheme, broader=[top])
    with pytest.raises(VocabularyError, match="“Top” cannot move to the scheme “Elsewhere”"):
        services.update_concept(top, scheme=other)
    services.set_broader(low, [])
    assert services.update_concept(top, scheme=other)


def test_a_taken_or_malformed_slug_is_refused(scheme: Scheme) -> None:
    concept("One", scheme=scheme, slug="one")
    for slug in ("one", "no spaces", "", "x" * 101):
        with pytest.raises(VocabularyError) as refused:
            concept("Two", scheme=scheme, slug=slug)
        assert refused.value.field == "slug"


def test_a_scheme_is_deleted_only_when_it_is_empty(scheme: Scheme) -> None:
    made = concept("One", scheme=scheme, status="draft")
    with pytest.raises(VocabularyError, match="“Service line” still has concepts"):
        services.delete_scheme(scheme)
    services.delete_concept(made)
    services.delete_scheme(scheme)
    assert not Scheme.objects.exists()


def test_asking_why_not_writes_nothing(scheme: Scheme, announced: list[frozenset[int]]) -> None:
    made = concept("One", scheme=scheme)
    announced.clear()
    assert services.refusal(made, {"title": "Uno", "labels": [LabelSpec("Eins")]}) is None
    assert services.refusal(Concept(slug="new"), {"scheme": scheme, "title": "One"}) is not None
    assert list(Label.objects.values_list("text", flat=True)) == ["One"]
    assert announced == []

"""Editing the vocabulary in the admin: through the services, with refusals as form errors that keep what was typed."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from taxonomy import versions
from taxonomy.models import Ancestry, Concept, GlossaryPage, Scheme
from taxonomy.querysets import expand
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


def no_rows(*names: str) -> dict[str, Any]:
    """Inline forms without a row."""
    counts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return {f"{name}-{count}": number for name in names for count, number in counts.items()}


def typed(scheme: Scheme, *labels: tuple[str, str, str, str], **values: Any) -> dict[str, Any]:
    """A filled form of a concept."""
    rows: dict[str, Any] = {**no_rows("labels", "mappings", "notes", "notations"), "labels-TOTAL_FORMS": len(labels)}
    for number, label in enumerate(labels):
        names = ("text", "language", "jurisdiction", "kind")
        rows |= {f"labels-{number}-{name}": value for name, value in zip(names, label, strict=True)}
    return {
        "title": "Payroll",
        "slug": "payroll",
        "scheme": scheme.pk,
        "definition": "Paying people.",
        "status": "proposed",
        "order": 0,
        **rows,
        **values,
    }


def test_an_editor_creates_a_term_below_another_with_its_labels(
    client_of: ClientOf, editor: User, scheme: Scheme
) -> None:
    top = concept("HR", scheme=scheme)
    data = typed(scheme, ("Pay", "en", "uk", "alt"), ("Paie", "fr", "CA", "pref"), broader=[top.pk])
    response = client_of(editor).post(reverse("concepts:add"), data)
    assert response.status_code == 302
    made = Concept.objects.get(slug="payroll")
    assert set(made.labels.values_list("text", "language", "jurisdiction", "kind")) == {
        ("Payroll", "en", "", "pref"),
        ("Pay", "en", "UK", "alt"),
        ("Paie", "fr", "CA", "pref"),
    }
    assert Ancestry.objects.filter(concept=made, ancestor=top, depth=1).exists()


def test_a_refusal_stands_in_the_form_with_what_was_typed(client_of: ClientOf, editor: User, scheme: Scheme) -> None:
    concept("Payroll", scheme=scheme, slug="pay")
    response = client_of(editor).post(reverse("concepts:add"), typed(scheme, definition="My long definition."))
    page = response.content.decode()
    assert response.status_code == 200
    assert "it is already that of “Payroll” in the scheme “Service line”." in page
    assert "My long definition." in page
    assert not Concept.objects.filter(slug="payroll").exists()


def test_an_existing_term_is_edited_with_its_slug_fixed_and_its_labels_and_links_shown(
    client_of: ClientOf, editor: User, scheme: Scheme
) -> None:
    top = concept("HR", scheme=scheme)
    made = concept("Payroll", scheme=scheme, slug="payroll", alt=["Pay"], broader=[top], status="draft")
    client, url = client_of(editor), reverse("concepts:edit", args=[made.pk])
    form = client.get(url).context["form"]
    assert [label.initial["text"] for label in form.formsets["labels"].initial_forms] == ["Pay"]
    assert form["broader"].value() == [top.pk]
    data = typed(scheme, ("Pay run", "en", "", "alt"), title="Payroll service", slug="other")
    assert client.post(url, data).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.slug) == ("Payroll service", "payroll")
    assert set(Concept.objects.get(pk=made.pk).labels.values_list("text", flat=True)) == {"Payroll service", "Pay run"}
    assert not Ancestry.objects.exists()


def test_a_circle_is_a_form_error(client_of: ClientOf, steward: User, scheme: Scheme) -> None:
    top = concept("HR", scheme=scheme, slug="hr")
    low = concept("Payroll", scheme=scheme, broader=[top])
    response = client_of(steward).post(
        reverse("concepts:edit", args=[top.pk]), typed(scheme, title="HR", status="agreed", broader=[low.pk])
    )
    assert response.context["form"].errors["broader"] == [
        "“Payroll” cannot be broader than “HR”, because “HR” is broader than “Payroll”."
    ]


@pytest.mark.parametrize(("before", "after"), [("agreed", "agreed"), ("draft", "agreed"), ("agreed", "deprecated")])
def test_nobody_but_a_steward_settles_a_term_in_the_admin(
    client_of: ClientOf, editor: User, moderator: User, steward: User, scheme: Scheme, before: str, after: str
) -> None:
    made = concept("Payroll", scheme=scheme, slug="payroll", status=before)
    url, data = reverse("concepts:edit", args=[made.pk]), typed(scheme, definition="Changed.", status=after)
    for other in (editor, moderator):
        response = client_of(other).post(url, data)
        assert "Only terminology stewards agree on a term" in response.content.decode()
        made.refresh_from_db()
        assert made.definition != "Changed."
    assert client_of(steward).post(url, data).status_code == 302
    made.refresh_from_db()
    assert (made.definition, made.status) == ("Changed.", after)


def test_an_agreed_term_is_not_deleted_and_a_draft_is(client_of: ClientOf, editor: User, scheme: Scheme) -> None:
    agreed, draft = concept("One", scheme=scheme), concept("Two", scheme=scheme, status="draft")
    client = client_of(editor)
    response = client.post(reverse("concepts:delete", args=[agreed.pk]), follow=True)
    assert "“One” has been agreed" in response.content.decode()
    client.post(reverse("concepts:delete", args=[draft.pk]))
    assert list(Concept.objects.all()) == [agreed]


def test_a_steward_makes_and_changes_schemes_and_no_other_staff_does(
    client_of: ClientOf, editor: User, moderator: User, steward: User
) -> None:
    data = {"title": "Colour", "slug": "colour", "order": 3, "status": "draft"}
    for other in (editor, moderator):
        assert client_of(other).post(reverse("schemes:add"), data).status_code == 302
    assert not Scheme.objects.exists()
    client = client_of(steward)
    client.post(reverse("schemes:add"), data)
    made = Scheme.objects.get()
    client.post(reverse("schemes:edit", args=[made.pk]), {**data, "title": "Hue"})
    made.refresh_from_db()
    assert (made.title, made.order) == ("Hue", 3)


def test_terms_are_listed_and_found_by_any_label(client_of: ClientOf, editor: User, scheme: Scheme) -> None:
    concept("Agreement", scheme=scheme, alt=["SLA", "slab"])
    concept("Fleet", scheme=scheme)
    page = client_of(editor).get(reverse("concepts:index"), {"q": "sla"})
    assert [found.title for found in page.context["object_list"]] == ["Agreement"]


@pytest.mark.parametrize("chosen", ["x", "9" * 30, "-1", "\x00", "٣" * 4])
def test_a_wild_choice_of_broader_concepts_is_a_form_error(
    client_of: ClientOf, editor: User, scheme: Scheme, chosen: str
) -> None:
    response = client_of(editor).post(reverse("concepts:add"), typed(scheme, broader=[chosen]))
    assert response.status_code == 200
    assert "broader" in response.context["form"].errors


def test_a_member_does_not_enter(client_of: ClientOf, member: User) -> None:
    assert client_of(member).get(reverse("concepts:index")).status_code in {302, 403, 404}


MATCH = "https://vocabulary.example/concept/7"


def outside(**rows: list[dict[str, str]]) -> dict[str, Any]:
    """Rows of inline forms by the name of the forms."""
    found: dict[str, Any] = {}
    for name, several in rows.items():
        found |= {f"{name}-{number}-{key}": value for number, row in enumerate(several) for key, value in row.items()}
        found[f"{name}-TOTAL_FORMS"] = len(several)
    return found


def test_a_steward_gives_a_term_matches_notes_and_codes_which_its_page_and_history_show(
    client_of: ClientOf, steward: User, scheme: Scheme, glossary_page: GlossaryPage, visitor_client: Client
) -> None:
    made = concept("Payroll", scheme=scheme, slug="payroll", definition="Paying people.")
    client, url = client_of(steward), reverse("concepts:edit", args=[made.pk])
    rows = outside(
        mappings=[{"kind": "exactMatch", "uri": MATCH}],
        notes=[{"kind": "definition", "language": "fr", "text": "Payer les gens."}],
        notations=[{"text": "362.5", "datatype": ""}],
    )
    data = typed(scheme, status="agreed", **rows)
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302
    page = visitor_client.get("/glossary/payroll/").content.decode()
    for words in (MATCH, "Payer les gens.", "362.5"):
        assert words in page
    newest = versions.newest(made.pk, limit=9)[0]
    assert (newest.number, newest.by) == (2, steward.name), "the same once more is no change"
    assert {(line.name, line.came) for line in newest.changes} == {
        ("Notes", ("Payer les gens. (Definition, French)",)),
        ("Codes", ("362.5",)),
        ("In other vocabularies", (f"Exactly matches: {MATCH}",)),
    }
    form = client.get(url).context["form"]
    assert [row.initial["uri"] for row in form.formsets["mappings"].initial_forms] == [MATCH]
    assert client.post(url, typed(scheme, status="agreed")).status_code == 302
    assert [rows.exists() for rows in (made.notes, made.notations, made.mappings)] == [False] * 3


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"mappings": [{"kind": "exactMatch", "uri": "payroll"}]}, "“payroll” is no address of a concept"),
        (
            {"mappings": [{"kind": "exactMatch", "uri": MATCH}, {"kind": "broadMatch", "uri": MATCH}]},
            "cannot match exactly and be “Broader elsewhere” too; keep one.",
        ),
        (
            {"mappings": [{"kind": "closeMatch", "uri": "http://localhost:8000/glossary/payroll/"}]},
            "“Payroll” cannot match itself.",
        ),
        ({"notes": [{"kind": "note", "language": "f r", "text": "x"}]}, "“f r” is no language code"),
        ({"notations": [{"text": "1", "datatype": "code"}]}, "The datatype of “1” is no address: “code”."),
    ],
)
def test_what_no_vocabulary_could_read_is_refused_with_a_sentence(
    rows: dict[str, list[dict[str, str]]], sentence: str, client_of: ClientOf, steward: User, scheme: Scheme
) -> None:
    made = concept("Payroll", scheme=scheme, slug="payroll")
    url = reverse("concepts:edit", args=[made.pk])
    response = client_of(steward).post(url, typed(scheme, status="agreed", **outside(**rows)))
    assert response.status_code == 200
    assert sentence in html.unescape(response.content.decode())
    assert [rows.exists() for rows in (made.notes, made.notations, made.mappings)] == [False] * 3


def test_a_match_with_a_term_of_this_portal_widens_searches(client_of: ClientOf, steward: User, scheme: Scheme) -> None:
    made = concept("Payroll", scheme=scheme, slug="payroll")
    other = concept("Wages office", slug="wages-office")
    rows = outside(mappings=[{"kind": "exactMatch", "uri": "http://localhost:8000/glossary/wages-office/"}])
    data = typed(scheme, status="agreed", **rows)
    assert client_of(steward).post(reverse("concepts:edit", args=[made.pk]), data).status_code == 302
    assert made.mappings.get().target == other
    assert any("Wages office" in found.all_alternatives for found in expand("payroll"))

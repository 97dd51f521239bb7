"""The stewards' pages of the admin: trees one level at a time, and steps that show first what will follow."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from taxonomy import services
from taxonomy.models import BroaderLink, Concept, Scheme
from tests.factories.pages import case
from tests.factories.taxonomy import SchemeFactory, concept
from tests.taxonomy.test_choosing import fill

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
TREE = "/admin/vocabulary/tree/service-line/"


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def payroll(scheme: Scheme) -> Concept:
    return concept("Payroll", scheme=scheme, slug="payroll", broader=[concept("People", scheme=scheme)])


@pytest.fixture
def wages(scheme: Scheme) -> Concept:
    return concept("Wages", scheme=scheme, slug="wages", alt=["Salaries"])


def step(name: str, one: Concept) -> str:
    return reverse(f"vocabulary_{name}", args=[one.pk])


@pytest.mark.parametrize("who", ["member", "lead"])
def test_who_has_no_part_in_the_vocabulary_finds_none_of_it(
    request: pytest.FixtureRequest, client_of: ClientOf, payroll: Concept, who: str
) -> None:
    client = client_of(request.getfixturevalue(who))
    for url in ("/admin/vocabulary/tree/", TREE, step("merge", payroll), "/admin/vocabulary/bulk/"):
        assert client.get(url).status_code == 404


def test_an_editor_reads_the_trees_and_settles_nothing(client_of: ClientOf, editor: User, payroll: Concept) -> None:
    client = client_of(editor)
    assert "Service line" in client.get("/admin/vocabulary/tree/").content.decode()
    page = client.get(TREE).content.decode()
    assert "People" in page
    assert "/merge/" not in page
    for name in ("merge", "move", "deprecate"):
        assert client.get(step(name, payroll)).status_code == 404
        assert client.post(step(name, payroll)).status_code == 404
    for url in ("bulk/", "bulk/service-line/", "bulk/service-line/download/"):
        assert client.get(f"/admin/vocabulary/{url}").status_code == 404


def test_branches_open_one_level_at_a_time(client_of: ClientOf, steward: User, payroll: Concept) -> None:
    client, top = client_of(steward), Concept.objects.get(title="People")
    page = client.get(TREE).content.decode()
    assert f'href="{TREE}?below={top.pk}"' in page
    assert "Payroll" not in page
    below = client.get(TREE, {"below": top.pk}).content.decode()
    assert "Payroll" in below
    assert step("move", payroll) in below
    part = client.get(reverse("vocabulary_branch", args=[top.pk])).content.decode()
    assert "Payroll" in part
    assert "<html" not in part


def test_a_term_is_found_in_the_tree_by_any_label(client_of: ClientOf, steward: User, wages: Concept) -> None:
    assert "Wages" in client_of(steward).get(TREE, {"q": "salar"}).content.decode()
    assert "No term of this scheme is called “zebra”" in client_of(steward).get(TREE, {"q": "zebra"}).content.decode()


@pytest.mark.parametrize("query", ["below=x", "below=" + "9" * 40, "below=1", "below=%00"])
def test_a_wild_branch_is_missing(client_of: ClientOf, steward: User, scheme: Scheme, query: str) -> None:
    assert client_of(steward).get(f"{TREE}?{query}").status_code == 404


def test_what_a_merge_brings_is_shown_before_it_is_done(
    client_of: ClientOf, steward: User, payroll: Concept, wages: Concept
) -> None:
    case(concepts=[wages])
    concept("Overtime", scheme=wages.scheme, broader=[wages])
    client = client_of(steward)
    assert "Choose the term that stays" not in client.get(step("merge", wages)).content.decode()
    page = client.get(step("merge", wages), {"into": payroll.pk}).content.decode()
    for part in (
        "Salaries (English)",
        "Broader terms of “Overtime”",
        "leads to /glossary/payroll/",
        "/search/?q=Salaries",
    ):
        assert part in page
    assert "Cases" in page or "Case studies" in page
    assert not Concept.objects.filter(status="deprecated").exists()
    response = client.post(step("merge", wages), {"into": payroll.pk}, follow=True)
    assert "“Wages” has been merged into “Payroll”." in response.content.decode()
    assert Concept.objects.get(slug="wages").merged_into == payroll


@pytest.mark.parametrize(
    ("into", "sentence"),
    [
        ("", "Choose the term that stays"),
        ("x", "Choose concepts from the list"),
        ("self", "cannot be merged into itself"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_on_the_form(
    client_of: ClientOf, steward: User, wages: Concept, into: str, sentence: str
) -> None:
    data = {"into": wages.pk if into == "self" else into}
    for answer in (client_of(steward).get, client_of(steward).post):
        response = answer(step("merge", wages), data)
        assert response.status_code == 200
        assert sentence in response.content.decode()
    wages.refresh_from_db()
    assert wages.status == "agreed"


def test_a_term_is_named_where_no_script_runs(
    client_of: ClientOf, steward: User, payroll: Concept, wages: Concept
) -> None:
    page = client_of(steward).get(step("merge", wages), {"into-typed": "payroll"}).content.decode()
    assert f'name="into" value="{payroll.pk}"' in page


def test_a_branch_moves_after_a_look(client_of: ClientOf, steward: User, payroll: Concept, wages: Concept) -> None:
    client = client_of(steward)
    data = {"scheme": wages.scheme_id, "broader": wages.pk}
    page = client.get(step("move", payroll), data).content.decode()
    assert "<td>People</td>" in page
    assert "<td>Wages</td>" in page
    client.post(step("move", payroll), data)
    assert list(BroaderLink.objects.values_list("concept", "broader")) == [(payroll.pk, wages.pk)]
    again = client.post(step("move", payroll), data, follow=True).content.decode()
    assert "Nothing changed: it was so already." in again


def test_a_circle_is_refused_on_the_form(client_of: ClientOf, steward: User, payroll: Concept) -> None:
    top = Concept.objects.get(title="People")
    data = {"scheme": top.scheme_id, "broader": payroll.pk}
    assert "cannot be broader than" in client_of(steward).post(step("move", top), data).content.decode()


def test_a_term_retires_with_a_successor_or_with_a_word_that_there_is_none(
    client_of: ClientOf, steward: User, payroll: Concept, wages: Concept
) -> None:
    client = client_of(steward)
    page = client.post(step("deprecate", wages), {"into": ""}).content.decode()
    assert "Choose what replaces the term, or say that nothing does." in page
    assert "<td>Deprecated</td>" in client.get(step("deprecate", wages), {"replaced_by": payroll.pk}).content.decode()
    client.post(step("deprecate", wages), {"replaced_by": payroll.pk})
    client.post(step("deprecate", payroll), {"confirm_none": "on"})
    assert set(Concept.objects.values_list("slug", "status")) >= {("wages", "deprecated"), ("payroll", "deprecated")}


def test_a_merged_term_offers_no_further_step(
    client_of: ClientOf, steward: User, payroll: Concept, wages: Concept
) -> None:
    low = concept("Overtime", scheme=wages.scheme, broader=[wages])
    services.merge(wages, payroll)
    page = client_of(steward).get(TREE).content.decode()
    assert "Wages" not in page
    assert step("merge", low) not in page


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_trees_and_steps_cost_the_same_with_ten_and_with_ten_thousand_concepts(
    client_of: ClientOf, steward: User, payroll: Concept, wages: Concept
) -> None:
    fill(payroll.scheme, 150)
    client = client_of(steward)
    top = Concept.objects.get(slug="bulk-" + str(Concept.objects.exclude(slug__startswith="bulk").count()))
    merge = f"{step('merge', wages)}?into={payroll.pk}"
    move = f"{step('move', payroll)}?broader={wages.pk}&scheme={payroll.scheme_id}"
    form = reverse("concepts:edit", args=[payroll.pk])
    urls = ["/admin/vocabulary/tree/", TREE, f"{TREE}?below={top.pk}", f"{TREE}?q=bulk", merge, move, form]
    few = [cost(client, url) for url in urls]
    fill(payroll.scheme, 10_000)
    assert [cost(client, url) for url in urls] == few
    # The form of a term has four lists of rows, each with a query or two of its own.
    assert max(few) < 45

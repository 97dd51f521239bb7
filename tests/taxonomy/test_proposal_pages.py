"""The pages about proposals: what they show to whom, what they refuse with what was typed kept, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from taxonomy import contents, services
from taxonomy.models import Concept, Proposal, Remark, Stand, Watch
from taxonomy.services import deciding, proposals
from taxonomy.services.proposals import Wanted
from taxonomy.views_proposing import PROPOSALS_AN_HOUR
from tests.factories.taxonomy import concept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("glossary_page")]
ClientOf = Callable[[User | None], Client]


def typed(topic: Any, **values: Any) -> dict[str, Any]:
    """A filled form of a new term."""
    return {
        "scheme": topic.pk,
        "title": "showback",
        "definition": "Telling what services cost.",
        "labels-0-text": "show-back",
        "labels-0-language": "en",
        "labels-0-jurisdiction": "us",
        "labels-0-kind": "alt",
        "labels-1-text": "",
        "labels-1-language": "en",
        "labels-1-kind": "alt",
        "broader": "finance",
        "reason": "We use it.",
        "sources": "",
        "token": "t" * 24,
        "do": "propose",
        **values,
    }


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_member_proposes_a_term_once_however_often_the_form_is_sent(
    client_of: ClientOf, member: User, finance: Concept
) -> None:
    client = client_of(member)
    answers = [client.post("/glossary/propose/", typed(finance.scheme)) for _ in range(2)]
    made = Proposal.objects.get()
    assert [answer["Location"] for answer in answers] == [made.url, made.url]
    assert made.wanted["labels"] == [["show-back", "en", "US", "alt"]]
    assert made.wanted["broader"] == ["finance"]
    page = words(client.get(made.url))
    for shown in ("show-back (English, United States; alternative)", "We use it.", "A county finance director", "Open"):
        assert shown in page
    assert '<span class="badge government">Government</span>' in page


def test_a_taken_preferred_label_is_an_error_at_its_field_and_keeps_what_was_typed(
    client_of: ClientOf, member: User, chargeback: Concept
) -> None:
    response = client_of(member).post("/glossary/propose/", typed(chargeback.scheme, title="Chargeback"))
    assert response.status_code == 200
    assert "it is already that of “chargeback”" in response.context["form"].errors["title"][0]
    page = words(response)
    assert 'value="show-back"' in page
    assert "Telling what services cost." in page
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Write the term."),
        ({"title": "***"}, "A label needs at least one letter or digit"),
        ({"title": "x" * 501}, "at most 500"),
        ({"scheme": "99999999999999999999"}, "Choose one of the schemes"),
        ({"scheme": "\x00"}, "Choose one of the schemes"),
        ({"reason": " "}, "Say why you propose this."),
        ({"definition": "<!-- -->[](x)"}, ""),
        ({"broader": "no such thing"}, "The scheme “Topic” has no term “no such thing”."),
        ({"broader": "\n".join(f"term {n}" for n in range(30))}, "at most 20 broader"),
        ({"labels-0-language": "??"}, "Word 1: “??” is no language code"),
        ({"labels-0-jurisdiction": "u s"}, "is no country code"),
        ({"labels-0-kind": "hidden"}, "Word 1:"),
        ({"labels-0-text": "\x00\u202e"}, "Word 1: A label needs"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(
    client_of: ClientOf, member: User, finance: Concept, values: dict[str, Any], sentence: str
) -> None:
    response = client_of(member).post("/glossary/propose/", typed(finance.scheme, **values))
    assert response.status_code in ({200} if sentence else {200, 302})
    assert sentence in words(response).replace("&quot;", '"')
    assert Proposal.objects.exists() is (response.status_code == 302)


def test_more_rows_for_words_keep_what_was_typed_and_say_nothing_wrong(
    client_of: ClientOf, member: User, finance: Concept
) -> None:
    response = client_of(member).post("/glossary/propose/", typed(finance.scheme, do="rows", title="", reason=""))
    page = words(response)
    assert 'name="labels-3-text"' in page
    assert 'value="show-back"' in page
    assert "Telling what services cost." in page
    assert "There is a problem" not in page
    assert not Proposal.objects.exists()


def test_a_change_begins_with_the_term_as_it_is_and_proposes_the_difference(
    client_of: ClientOf, member: User, chargeback: Concept
) -> None:
    client, url = client_of(member), "/glossary/chargeback/propose/"
    page = words(client.get(url))
    for held in ('value="chargeback"', "Billing for services.", 'value="cross-charging"', "finance</textarea>"):
        assert held in page
    assert "chargebak" not in page
    same = {
        **typed(chargeback.scheme, title="chargeback", definition="Billing for services.", reason="x"),
        "labels-0-text": "cross-charging",
        "labels-0-jurisdiction": "UK",
        "labels-0-kind": "pref",
    }
    assert "Nothing here differs" in words(client.post(url, same))
    assert client.post(url, {**same, "definition": "Billing by use."}).status_code == 302
    found = words(client.get(Proposal.objects.get().url))
    assert "Billing for services." in found
    assert "Billing by use." in found
    assert "/propose/" in words(client.get("/glossary/chargeback/"))
    assert Proposal.objects.get().url in words(client.get("/glossary/chargeback/"))


def test_nobody_proposes_a_change_of_a_retired_term(client_of: ClientOf, member: User, chargeback: Concept) -> None:
    services.deprecate(chargeback)
    assert client_of(member).get("/glossary/chargeback/propose/").status_code == 404
    assert "/chargeback/propose/" not in words(client_of(member).get("/glossary/chargeback/"))


def test_a_member_who_proposes_without_end_must_pause_and_keeps_the_text(
    client_of: ClientOf, member: User, other_member: User, finance: Concept
) -> None:
    client = client_of(member)
    for number in range(PROPOSALS_AN_HOUR):
        data = typed(finance.scheme, title=f"term {number}", token=f"{number:024}")
        assert client.post("/glossary/propose/", data).status_code == 302
    data = typed(finance.scheme, title="one more", token="z" * 24)
    page = words(client.post("/glossary/propose/", data))
    assert "please try again later" in page
    assert "one more" in page
    assert Proposal.objects.count() == PROPOSALS_AN_HOUR
    # Who sends again what was taken before, or is somebody else, is not kept out.
    assert client.post("/glossary/propose/", typed(finance.scheme, token=f"{0:024}")).status_code == 302
    assert client_of(other_member).post("/glossary/propose/", data).status_code == 302


def test_members_comment_and_take_a_stand_and_an_objection_needs_a_reason(
    client_of: ClientOf, new_term: Proposal, other_member: User
) -> None:
    client, url = client_of(other_member), new_term.url
    assert client.post(f"{url}comment/", {"body": "I **like** it. <b>x</b>"}).status_code == 302
    assert "Write something first." in words(client.post(f"{url}comment/", {"body": " "}))
    assert "Say why you object" in words(client.post(f"{url}stand/", {"do": "object"}))
    client.post(f"{url}stand/", {"do": "object", "stand-reason": "Too <narrow>."})
    page = words(client.get(url))
    assert "<p>I <strong>like</strong> it. &lt;b&gt;x&lt;/b&gt;</p>" in page
    assert "Too &lt;narrow&gt;." in page
    client.post(f"{url}stand/", {"do": "support"})
    assert Stand.objects.get().supports
    assert Watch.objects.filter(member=other_member, proposal=new_term, active=True).exists()


def test_a_hidden_remark_and_a_hidden_proposal_are_for_those_who_keep_order(
    client_of: ClientOf, new_term: Proposal, other_member: User, moderator: User, visitor_client: Client
) -> None:
    remark, _ = proposals.comment(new_term, other_member, "Abuse.")
    keeper, url = client_of(moderator), new_term.url
    keeper.post(f"{url}remarks/{remark.pk}/hide/")
    assert "Abuse." not in words(visitor_client.get(url))
    assert "removed by a moderator" in words(visitor_client.get(url))
    assert "Abuse." in words(keeper.get(url))
    keeper.post(f"{url}hide/")
    assert visitor_client.get(url).status_code == 404
    assert url not in words(visitor_client.get("/glossary/proposals/"))
    assert client_of(other_member).post(f"{url}comment/", {"body": "x"}).status_code == 404
    keeper.post(f"{url}show/")
    assert visitor_client.get(url).status_code == 200


def test_the_list_is_filtered_by_open_and_settled(
    visitor_client: Client, new_term: Proposal, change: Proposal, steward: User
) -> None:
    deciding.decline(change, steward, "No.")
    shown = {show: words(visitor_client.get("/glossary/proposals/", {"show": show})) for show in ("", "settled", "all")}
    assert [(new_term.url in page, change.url in page) for page in shown.values()] == [
        (True, False),
        (False, True),
        (True, True),
    ]
    assert visitor_client.get("/glossary/proposals/", {"show": "x\x00", "page": "9" * 40}).status_code == 200


def test_feeds_tell_of_changed_terms_and_settled_proposals(
    visitor_client: Client, change: Proposal, chargeback: Concept, steward: User
) -> None:
    deciding.agree(change, steward, "Yes.", seen=contents.fingerprint(change))
    terms = visitor_client.get("/glossary/feed/")
    assert terms["Content-Type"].startswith("application/atom+xml")
    text = terms.content.decode()
    assert "<title>Changed: chargeback</title>" in text
    assert "<title>New: finance</title>" in text
    assert "Billing customers for what they use." in text
    assert "http://localhost:8000/glossary/chargeback/" in text
    settled = visitor_client.get("/glossary/proposals/feed/").content.decode()
    assert "<title>Agreed: chargeback</title>" in settled
    assert '/glossary/feed/"' in visitor_client.get("/glossary/").content.decode()


def test_a_word_of_several_terms_is_a_choice_wherever_it_is_looked_up(
    visitor_client: Client, chargeback: Concept
) -> None:
    concept("usage billing", scheme=chargeback.scheme, slug="usage", alt=["UB"])
    concept("unit budget", scheme=chargeback.scheme, slug="unit", alt=["UB"])
    index = words(visitor_client.get("/glossary/"))
    choice = '<a href="/glossary/unit/">unit budget</a> or <a href="/glossary/usage/">usage billing</a></dd>'
    assert f"<dt>UB</dt><dd>see {choice}" in index
    assert index.count("<dt>UB</dt>") == 1
    assert "“ub” has several meanings" in words(visitor_client.get("/glossary/", {"q": "ub"})).replace("“UB”", "“ub”")
    assert "“UB” is also a word for" in words(visitor_client.get("/glossary/usage/"))
    shared = words(visitor_client.get("/glossary/shared/"))
    assert "<dt>UB</dt>" in shared
    assert "/glossary/chargeback/" not in shared


@pytest.mark.parametrize("address", ["/glossary/proposals/", "detail", "/glossary/chargeback/", "/glossary/feed/"])
def test_pages_cost_the_same_queries_with_more_proposals_and_remarks(
    address: str, client_of: ClientOf, change: Proposal, chargeback: Concept, other_member: User, steward: User
) -> None:
    url = change.url if address == "detail" else address
    client = client_of(steward)

    def grow(start: int, end: int) -> None:
        for number in range(start, end):
            person = User.objects.create_user(f"m{number}@example.org", name=f"Member {number}")
            proposals.comment(change, person, f"Remark {number}.")
            proposals.take_stand(change, person, supports=bool(number % 2), reason="x")
            wanted = Wanted(f"chargeback {number}", "Another.")
            proposals.propose(person, chargeback.scheme, wanted, reason="x", concept=chargeback)
            services.update_concept(chargeback, scope_note=f"Note {number}.")

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    grow(0, 3)
    few = cost()
    grow(3, 12)
    assert cost() == few
    assert few <= 19, few
    assert Remark.objects.count() > 20


def test_huge_and_wild_addresses_are_missing(client_of: ClientOf, member: User) -> None:
    client = client_of(member)
    for address in ("proposals/" + "9" * 40 + "/", "proposals/0/", "x/propose/", "proposals/1/nonsense/"):
        assert client.get(f"/glossary/{address}").status_code in {404, 405}
    assert client.post("/glossary/proposals/1/nonsense/").status_code == 404
    assert client.get("/glossary/watching/" + "9" * 40 + "/x/").status_code == 404

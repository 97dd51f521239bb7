"""What stewards see and do on a proposal's page and on the admin's home: decisions, conflicts, shared words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from portal.accounts.models import User
from portal.core.viewer import VISITOR
from taxonomy import services
from taxonomy.models import Concept, Proposal, Status
from taxonomy.models.proposals import State
from taxonomy.rules import LabelSpec
from taxonomy.services import proposals
from taxonomy.services.proposals import Wanted
from tests.factories.taxonomy import concept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("glossary_page")]
ClientOf = Callable[[User | None], Client]


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_steward_settles_with_a_reason(client_of: ClientOf, new_term: Proposal, steward: User) -> None:
    client, url = client_of(steward), new_term.url
    form = client.get(url).context["decision_form"]
    data = {"decision-what": "agree", "decision-seen": form.initial["seen"], "decision-reason": ""}
    assert "Give the reason for your decision." in words(client.post(f"{url}decide/", data))
    assert client.post(f"{url}decide/", {**data, "decision-reason": "Good."}).status_code == 302
    assert Concept.objects.get(slug="showback").status == Status.AGREED
    assert "been settled already" in words(client.post(f"{url}decide/", data, follow=True))
    assert "Settle this proposal" not in words(client.get(url))


def test_a_steward_proves_a_second_factor_before_settling_anything(
    client_of: ClientOf, new_term: Proposal, steward: User
) -> None:
    client, url = client_of(steward), new_term.url
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        for act in ("decide", "hide"):
            response = client.post(f"{url}{act}/", {"decision-what": "agree", "decision-reason": "Good."})
            assert "/accounts/2fa/" in response.headers["Location"]
    assert Proposal.objects.visible(VISITOR).open().filter(pk=new_term.pk).exists()


def test_a_steward_is_shown_what_changed_since_the_proposal_was_written(
    client_of: ClientOf, change: Proposal, chargeback: Concept, steward: User
) -> None:
    client, url = client_of(steward), change.url
    data = {
        "decision-what": "agree",
        "decision-seen": client.get(url).context["decision_form"].initial["seen"],
        "decision-reason": "Good.",
    }
    services.update_concept(chargeback, definition="Somebody else's.")
    response = client.post(f"{url}decide/", data)
    page = words(response)
    assert "have changed since you opened this page" in page or "has changed since you opened this page" in page
    assert "Somebody else&#x27;s." in page
    assert "takes the place of what the term says now" in page
    chargeback.refresh_from_db()
    assert chargeback.definition == "Somebody else's."
    again = {**data, "decision-seen": response.context["decision_form"]["seen"].value()}
    assert client.post(f"{url}decide/", again).status_code == 302
    chargeback.refresh_from_db()
    assert chargeback.definition == "Billing customers for what they use."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Choose what you decide."),
        ({"decision-what": "explode"}, "Select a valid choice"),
        ({"decision-what": "merge-term"}, "has no term “”"),
        ({"decision-what": "merge-term", "decision-target_term": "nonsense"}, "has no term “nonsense”"),
        ({"decision-what": "merge-proposal", "decision-target_proposal": "9" * 40}, "no open proposal"),
        ({"decision-what": "merge-proposal", "decision-target_proposal": "9" * 18}, "no open proposal"),
        ({"decision-what": "merge-proposal", "decision-target_proposal": "٣"}, "no open proposal"),
        ({"decision-what": "agree", "decision-seen": "x"}, "changed since you opened"),
    ],
)
def test_a_wild_decision_is_a_sentence(
    client_of: ClientOf, new_term: Proposal, steward: User, values: dict[str, str], sentence: str
) -> None:
    response = client_of(steward).post(f"{new_term.url}decide/", {"decision-reason": "x", **values})
    if "9" * 40 in values.values():
        sentence = "at most 20"
    assert response.status_code == 200
    assert sentence in words(response)
    assert Proposal.objects.get().state == State.OPEN


def test_stewards_ask_for_changes_merge_and_decline(
    client_of: ClientOf, new_term: Proposal, change: Proposal, steward: User, member: User
) -> None:
    client = client_of(steward)
    said = {"decision-reason": "Please."}
    client.post(f"{new_term.url}decide/", {**said, "decision-what": "ask"})
    own = client_of(member)
    assert "asked for changes" in words(own.get(new_term.url))
    revised = {"title": "showback", "definition": "Shorter.", "reason": "x", "note": "Done."}
    assert own.post(f"{new_term.url}revise/", revised).status_code == 302
    assert "Shorter." in words(own.get(new_term.url))
    data = {**said, "decision-what": "merge-term", "decision-target_term": "Cross-charging"}
    client.post(f"{new_term.url}decide/", data)
    assert "Merged into the term" in words(own.get(new_term.url))
    client.post(f"{change.url}decide/", {**said, "decision-what": "decline"})
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.MERGED, State.DECLINED}


def test_a_steward_is_told_of_shared_words_on_the_proposal(
    client_of: ClientOf, member: User, steward: User, chargeback: Concept
) -> None:
    concept("usage billing", scheme=chargeback.scheme, alt=["UB"])
    wanted = Wanted("unit budget", "x", (LabelSpec("UB"),))
    proposal, _ = proposals.propose(member, chargeback.scheme, wanted, reason="x")
    assert "“UB” is also a word for" in words(client_of(steward).get(proposal.url))


def test_the_admin_home_tells_stewards_what_waits_and_nobody_else(
    client_of: ClientOf, new_term: Proposal, chargeback: Concept, steward: User, editor: User
) -> None:
    concept("usage billing", scheme=chargeback.scheme, alt=["UB"])
    concept("unit budget", scheme=chargeback.scheme, alt=["UB"])
    page = words(client_of(steward).get("/admin/"))
    assert "1 proposal for the vocabulary is open." in page
    assert "1 word means several terms." in page
    assert "/glossary/proposals/" in page
    assert "for the vocabulary" not in words(client_of(editor).get("/admin/"))

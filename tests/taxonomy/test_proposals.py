"""What members and stewards do with proposals, by the named cast: what comes of it, what is refused, what twice is."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.accounts.models import User
from taxonomy import contents, services, watching
from taxonomy.models import Concept, ConceptVersion, Proposal, Remark, Stand, Status, Watch
from taxonomy.models.proposals import Act, State
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import deciding, proposals
from taxonomy.services.proposals import Wanted
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
REASON = "Because we said so."


def agree(proposal: Proposal, steward: User) -> bool:
    fresh = Proposal.objects.select_related("concept").get(pk=proposal.pk)
    return deciding.agree(fresh, steward, REASON, seen=contents.fingerprint(fresh))


def test_a_new_term_exists_only_once_a_steward_agrees(new_term: Proposal, steward: User) -> None:
    assert not Concept.objects.filter(title="showback").exists()
    assert agree(new_term, steward)
    made = Concept.objects.get(title="showback")
    assert (made.status, made.slug, made.source) == (Status.AGREED, "showback", "The finance board")
    assert set(made.labels.values_list("text", flat=True)) == {"showback", "show-back"}
    assert [link.broader.slug for link in made.broader_links.all()] == ["finance"]
    new_term.refresh_from_db()
    assert (new_term.state, new_term.outcome) == (State.AGREED, made)
    assert new_term.remarks.get(act=Act.AGREED).body == REASON


def test_agreeing_twice_makes_one_term(new_term: Proposal, steward: User) -> None:
    assert agree(new_term, steward)
    assert not agree(new_term, steward)
    assert Concept.objects.filter(title="showback").count() == 1


@pytest.mark.parametrize("who", ["member", "other_member", "editor", "moderator"])
def test_nobody_but_a_steward_settles(who: str, new_term: Proposal, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(who)
    acts = (
        lambda: agree(new_term, user),
        lambda: deciding.ask_for_changes(new_term, user, REASON),
        lambda: deciding.decline(new_term, user, REASON),
        lambda: deciding.merge_into_term(new_term, Concept.objects.get(slug="finance"), user, REASON),
        lambda: deciding.merge_into_proposal(new_term, new_term, user, REASON),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    new_term.refresh_from_db()
    assert new_term.state == State.OPEN


def test_an_agreed_change_changes_what_was_proposed_and_nothing_else(
    change: Proposal, chargeback: Concept, steward: User
) -> None:
    assert agree(change, steward)
    chargeback.refresh_from_db()
    assert chargeback.definition == "Billing customers for what they use."
    assert set(chargeback.labels.values_list("text", "kind")) == {
        ("chargeback", "pref"),
        ("cross-charging", "pref"),
        ("recharging", "alt"),
        ("chargebak", "hidden"),
    }


def test_what_changed_meanwhile_stays_and_what_both_changed_is_shown_first(
    change: Proposal, chargeback: Concept, steward: User
) -> None:
    before = contents.fingerprint(change)
    services.update_concept(
        chargeback,
        definition="Somebody else's words.",
        labels=[LabelSpec("billing"), LabelSpec("cross-charging", "en", "UK", "pref")],
    )
    with pytest.raises(VocabularyError) as refused:
        deciding.agree(change, steward, REASON, seen=before)
    assert refused.value.field == "seen"
    chargeback.refresh_from_db()
    assert chargeback.definition == "Somebody else's words."
    now = contents.of(chargeback)
    assert contents.conflicts(change.base, change.wanted, now) == ["definition"]
    assert agree(change, steward)
    assert {"billing", "recharging"} <= set(chargeback.labels.values_list("text", flat=True))


def test_a_change_that_settles_a_draft_makes_it_agreed(member: User, steward: User) -> None:
    draft = concept("idea", slug="idea", status="draft", definition="Old.")
    proposal, _ = proposals.propose(member, draft.scheme, Wanted("idea", "New."), reason="x", concept=draft)
    assert agree(proposal, steward)
    draft.refresh_from_db()
    assert (draft.status, draft.definition) == (Status.AGREED, "New.")


def test_a_change_of_a_term_that_was_retired_is_not_agreed(
    change: Proposal, chargeback: Concept, steward: User
) -> None:
    services.deprecate(chargeback)
    with pytest.raises(VocabularyError, match="not used any more"):
        agree(change, steward)
    assert deciding.decline(change, steward, REASON)


def test_a_preferred_label_that_is_taken_is_refused_with_both_terms_named(member: User, chargeback: Concept) -> None:
    with pytest.raises(VocabularyError) as refused:
        proposals.propose(member, chargeback.scheme, Wanted("Chargeback", "x"), reason="x")
    assert refused.value.field == "title"
    assert refused.value.messages == [
        "“Chargeback” cannot be the preferred label of “Chargeback” for English: it is already that of “chargeback” in "
        "the scheme “Topic”."
    ]
    spec = LabelSpec("cross charging", "en", "UK", "pref")
    with pytest.raises(VocabularyError) as refused:
        proposals.propose(member, chargeback.scheme, Wanted("billing", "x", (spec,)), reason="x")
    assert refused.value.field == "labels"
    assert not Proposal.objects.exists()


def test_a_label_taken_since_the_proposal_was_written_is_refused_when_it_is_settled(
    new_term: Proposal, steward: User
) -> None:
    concept("Showback", scheme=new_term.scheme)
    with pytest.raises(VocabularyError, match="already that of “Showback”"):
        agree(new_term, steward)
    new_term.refresh_from_db()
    assert new_term.is_open


def test_a_shared_alternative_label_is_allowed(member: User, steward: User, chargeback: Concept) -> None:
    concept("usage billing", scheme=chargeback.scheme, alt=["UB"])
    proposal, _ = proposals.propose(
        member, chargeback.scheme, Wanted("unit budget", "x", (LabelSpec("UB"),)), reason="x"
    )
    assert agree(proposal, steward)


def test_nothing_proposed_is_no_proposal(member: User, chargeback: Concept) -> None:
    content = contents.of(chargeback)
    same = Wanted(
        content["title"], content["definition"], tuple(LabelSpec(*row) for row in content["labels"]), ("finance",)
    )
    with pytest.raises(VocabularyError, match="Nothing here differs"):
        proposals.propose(member, chargeback.scheme, same, reason="x", concept=chargeback)


def test_a_form_sent_twice_makes_one_proposal_and_one_remark(member: User, chargeback: Concept) -> None:
    made = [
        proposals.propose(member, chargeback.scheme, Wanted("showback", "x"), reason="x", token="t" * 20)
        for _ in range(2)
    ]
    assert [new for _proposal, new in made] == [True, False]
    assert Proposal.objects.count() == 1
    said = [proposals.comment(made[0][0], member, "Well.", token="u" * 20) for _ in range(2)]
    assert [new for _remark, new in said] == [True, False]
    assert Remark.objects.filter(act=Act.COMMENT).count() == 1


def test_a_proposer_revises_after_changes_were_asked_for(new_term: Proposal, steward: User, other_member: User) -> None:
    proposals.take_stand(new_term, other_member, supports=True)
    assert deciding.ask_for_changes(new_term, steward, "Shorter, please.")
    new_term.refresh_from_db()
    assert new_term.state == State.REVISE
    wanted = Wanted("showback", "Showing what services cost.")
    assert proposals.revise(new_term, wanted, reason=new_term.reason, note="Shorter.")
    assert not proposals.revise(new_term, wanted, reason=new_term.reason)
    new_term.refresh_from_db()
    assert (new_term.state, new_term.revision) == (State.OPEN, 2)
    remark = new_term.remarks.get(act=Act.REVISED)
    assert {found["field"] for found in remark.changes} == {"definition", "labels", "broader"}
    assert Stand.objects.get().revision == 1


def test_what_a_steward_saw_before_a_revision_is_not_agreed_on(new_term: Proposal, steward: User) -> None:
    seen = contents.fingerprint(new_term)
    proposals.revise(new_term, Wanted("showback", "Something else."), reason="x")
    with pytest.raises(VocabularyError, match="changed since you opened"):
        deciding.agree(new_term, steward, REASON, seen=seen)


def test_a_member_has_one_stand_which_may_change(new_term: Proposal, other_member: User) -> None:
    assert proposals.take_stand(new_term, other_member, supports=True)
    assert not proposals.take_stand(new_term, other_member, supports=True)
    assert proposals.take_stand(new_term, other_member, supports=False, reason="Too narrow.")
    assert list(Stand.objects.values_list("supports", "reason")) == [(False, "Too narrow.")]


def test_a_settled_proposal_takes_nothing_more(new_term: Proposal, steward: User, other_member: User) -> None:
    assert proposals.withdraw(new_term)
    assert not proposals.withdraw(new_term)
    assert not agree(new_term, steward)
    assert not deciding.decline(new_term, steward, REASON)
    assert not deciding.ask_for_changes(new_term, steward, REASON)
    assert not proposals.take_stand(new_term, other_member, supports=True)
    assert not proposals.revise(new_term, Wanted("x", "y"), reason="z")
    assert not Concept.objects.filter(title="showback").exists()


def test_a_proposal_merged_into_another_hands_over_its_watchers(
    new_term: Proposal, change: Proposal, steward: User, other_member: User
) -> None:
    watching.watch(other_member, new_term)
    assert deciding.merge_into_proposal(new_term, change, steward, REASON)
    new_term.refresh_from_db()
    assert (new_term.state, new_term.merged_into) == (State.MERGED, change)
    assert Watch.objects.filter(member=other_member, proposal=change, active=True).exists()
    with pytest.raises(VocabularyError, match="still open"):
        deciding.merge_into_proposal(change, new_term, steward, REASON)


def test_a_proposal_merged_into_a_term_becomes_another_word_for_it(
    new_term: Proposal, chargeback: Concept, steward: User
) -> None:
    assert deciding.merge_into_term(new_term, chargeback, steward, REASON)
    assert chargeback.labels.filter(text="showback", kind="alt").exists()
    assert chargeback.labels.filter(text="chargebak", kind="hidden").exists()
    new_term.refresh_from_db()
    assert (new_term.state, new_term.outcome) == (State.MERGED, chargeback)
    version = ConceptVersion.objects.get(concept=chargeback, number=2)
    assert (version.by, version.proposal) == (steward, new_term)


def test_a_proposed_term_cannot_take_the_address_of_a_page(member: User, steward: User) -> None:
    proposal, _ = proposals.propose(member, SchemeFactory(), Wanted("Feed", "x"), reason="x")
    assert agree(proposal, steward)
    assert Concept.objects.get(title="Feed").slug == "feed-2"
    with pytest.raises(VocabularyError, match="is a page of the glossary itself"):
        services.create_concept(SchemeFactory(), "proposals", "Proposals")


def test_what_a_member_leaves_behind_stays(new_term: Proposal, member: User, steward: User) -> None:
    member.delete()
    assert agree(new_term, steward)
    assert new_term.remarks.filter(author=None).exists()

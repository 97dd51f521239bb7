"""Whatever members, staff and stewards do, in whatever order: no term is agreed on that no steward agreed on."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.accounts.models import User
from portal.home.models import HomePage
from taxonomy import contents, watching
from taxonomy.models import Concept, ConceptVersion, GlossaryPage, Proposal, Remark, Status
from taxonomy.models.proposals import Act, State
from taxonomy.rules import LabelSpec
from tests.conftest import make_user
from tests.factories.taxonomy import SchemeFactory, concept

WHO = ("member", "other", "editor", "moderator", "steward")
DEEDS = (
    "propose", "change", "comment", "support", "object", "revise", "withdraw",
    "agree", "ask", "merge-term", "merge-proposal", "decline", "watch", "hide", "admin",
)  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from(WHO), st.sampled_from(DEEDS), st.integers(0, 5)), min_size=1, max_size=14)
TITLES = ("showback", "usage billing", "Fleet", "recharging", "hub", "node")


class Agreement(TestCase):
    """Everything goes in by the doors that people use: the addresses, with their forms."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def test_every_agreed_term_was_agreed_on_by_a_steward(self, acts: list[tuple[str, str, int]]) -> None:
        HomePage.objects.get().add_child(instance=GlossaryPage(title="Glossary", slug="glossary"))
        groups = {"editor": "Editors", "moderator": "Moderators", "steward": "Terminology stewards"}
        self.people = {
            name: make_user(f"{name}@example.org", name, *([groups[name]] if name in groups else [])) for name in WHO
        }
        self.scheme = SchemeFactory(slug="topic")
        self.draft = concept("fleet", scheme=self.scheme, slug="fleet", status=Status.DRAFT)
        for who, deed, number in acts:
            self.client.force_login(self.people[who])
            self.do(self.people[who], deed, number)
        self.check()

    def do(self, who: User, deed: str, number: int) -> None:
        """Try it; whether it was allowed is the portal's affair."""
        found = list(Proposal.objects.order_by("pk"))
        proposal = found[number % len(found)] if found else None
        typed = {
            "scheme": self.scheme.pk, "title": TITLES[number], "definition": f"Meaning {number}.",
            "labels-0-text": TITLES[-number - 1], "labels-0-language": "de", "labels-0-kind": "alt",
            "reason": "Because.", "do": "propose",
        }  # fmt: skip
        if deed == "propose":
            self.post("propose/", typed)
        elif deed == "change":
            self.post("fleet/propose/", {**typed, "title": "fleet"})
        elif deed == "admin":
            values = {"title": "fleet", "scheme": self.scheme.pk, "definition": "x", "order": 0, "status": "agreed"}
            counts = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
            forms = ("labels", "mappings", "notes", "notations")
            rows = {f"{form}-{name}": 0 for form in forms for name in counts}
            if not who.groups.filter(name="Terminology stewards").exists():
                self.client.post(f"/admin/vocabulary/terms/edit/{self.draft.pk}/", {**values, **rows})
        elif proposal is not None:
            self.act(proposal, deed, typed)

    def act(self, proposal: Proposal, deed: str, typed: dict[str, object]) -> None:
        at = f"proposals/{proposal.pk}/"
        if deed == "revise":
            self.post(f"{at}revise/", {**typed, "title": proposal.title})
        elif deed in {"support", "object"}:
            self.post(f"{at}stand/", {"do": deed, "stand-reason": "So."})
        elif deed in {"comment", "withdraw", "watch", "hide"}:
            self.post(f"{at}{deed}/", {"body": "Well."})
        else:
            decision = {"what": deed, "reason": "So.", "seen": contents.fingerprint(proposal)}
            targets = {"target_term": "fleet", "target_proposal": str(proposal.pk % 3 + 1)}
            self.post(f"{at}decide/", {f"decision-{name}": value for name, value in (decision | targets).items()})

    def post(self, path: str, data: dict[str, object]) -> None:
        assert self.client.post(f"/glossary/{path}", data).status_code in {200, 302, 404}

    def check(self) -> None:
        steward = self.people["steward"]
        agreed = Proposal.objects.filter(state=State.AGREED)
        for proposal in agreed:
            assert proposal.remarks.get(act=Act.AGREED).author == steward
        outcomes = {proposal.outcome_id for proposal in agreed}
        for term in Concept.objects.filter(status=Status.AGREED):
            assert term.pk in outcomes
            settled = ConceptVersion.objects.filter(concept=term, proposal__in=agreed)
            assert {version.by for version in settled} == {steward}
        decisions = Remark.objects.filter(act__in=(Act.AGREED, Act.ASKED, Act.MERGED, Act.DECLINED))
        assert {remark.author for remark in decisions} <= {steward}
        assert not Concept.objects.exclude(pk=self.draft.pk).exclude(pk__in=outcomes).exists()


WORD = st.tuples(st.sampled_from("abcd"), st.just("en"), st.just(""), st.sampled_from(["alt", "pref"]))
CONTENT = st.builds(
    lambda title, definition, labels, broader, note: contents.pack(
        title, definition, (LabelSpec(*row) for row in labels), broader, note
    ),
    st.sampled_from(["hub", "node"]),
    st.sampled_from(["", "One.", "Two."]),
    st.sets(WORD, max_size=3),
    st.sets(st.sampled_from("xyz"), max_size=3),
    st.sampled_from(["", "Not here."]),
)


@given(CONTENT, CONTENT)
def test_a_change_of_an_untouched_term_gives_what_was_wanted(base: contents.Content, wanted: contents.Content) -> None:
    after = contents.merged(base, wanted, base)
    for name in (*contents.TEXTS, "broader"):
        assert after[name] == wanted[name]
    assert contents.conflicts(base, wanted, base) == []


@given(CONTENT, CONTENT)
def test_a_proposal_that_changes_nothing_changes_nothing(base: contents.Content, now: contents.Content) -> None:
    assert contents.merged(base, base, now) == now
    assert contents.conflicts(base, base, now) == []


def test_watching_is_used_by_nobody_who_is_not_a_member() -> None:
    assert not watching.is_watching(None, Concept(pk=1))

"""A glossary with a scheme, two agreed terms of it, and proposals of a member."""

import pytest

from portal.accounts.models import User
from portal.home.models import HomePage
from taxonomy.models import Concept, GlossaryPage, Proposal, Scheme
from taxonomy.rules import LabelSpec
from taxonomy.services.proposals import Wanted, propose
from tests.factories.taxonomy import SchemeFactory, concept


@pytest.fixture
def glossary_page(home: HomePage) -> GlossaryPage:
    page = GlossaryPage(title="Glossary", slug="glossary", summary="Our words.")
    home.add_child(instance=page)
    return page


@pytest.fixture
def topic(db: None) -> Scheme:
    return SchemeFactory(slug="topic", title="Topic")


@pytest.fixture
def finance(topic: Scheme) -> Concept:
    return concept("finance", scheme=topic, slug="finance")


@pytest.fixture
def chargeback(finance: Concept) -> Concept:
    """An agreed term with a word for it in the United Kingdom, below finance."""
    return concept(
        "chargeback",
        scheme=finance.scheme,
        slug="chargeback",
        definition="Billing for services.",
        labels=[LabelSpec("cross-charging", "en", "UK", "pref"), LabelSpec("chargebak", kind="hidden")],
        broader=[finance],
    )


@pytest.fixture
def new_term(glossary_page: GlossaryPage, finance: Concept, member: User) -> Proposal:
    """A new term that `member` proposes."""
    wanted = Wanted("showback", "Telling what services cost.", (LabelSpec("show-back"),), (finance.slug,))
    proposal, _made = propose(member, finance.scheme, wanted, reason="We *all* use it.", sources="The finance board")
    return proposal


@pytest.fixture
def change(glossary_page: GlossaryPage, chargeback: Concept, member: User) -> Proposal:
    """Another definition for chargeback, and a word more, that `member` proposes."""
    labels = (LabelSpec("cross-charging", "en", "UK", "pref"), LabelSpec("recharging", "en", "UK"))
    wanted = Wanted("chargeback", "Billing customers for what they use.", labels, ("finance",))
    proposal, _made = propose(member, chargeback.scheme, wanted, reason="It says too little.", concept=chargeback)
    return proposal

from taxonomy.models.glossary import GlossaryPage
from taxonomy.models.proposals import Proposal, Remark, Stand, Watch
from taxonomy.models.versions import ConceptVersion
from taxonomy.models.vocabulary import (
    Ancestry,
    BroaderLink,
    Concept,
    Label,
    RelatedLink,
    Scheme,
    Status,
    VocabularyVersion,
)

__all__ = [
    "Ancestry",
    "BroaderLink",
    "Concept",
    "ConceptVersion",
    "GlossaryPage",
    "Label",
    "Proposal",
    "RelatedLink",
    "Remark",
    "Scheme",
    "Stand",
    "Status",
    "VocabularyVersion",
    "Watch",
]

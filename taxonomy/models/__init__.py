from taxonomy.models.glossary import GlossaryPage
from taxonomy.models.stewards import BulkEdit
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
    "BulkEdit",
    "Concept",
    "GlossaryPage",
    "Label",
    "RelatedLink",
    "Scheme",
    "Status",
    "VocabularyVersion",
]

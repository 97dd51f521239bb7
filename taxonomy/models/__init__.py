from taxonomy.models.exchange import (
    Mapping,
    MappingKind,
    Membership,
    Notation,
    Note,
    NoteKind,
    OutsideScheme,
    OutsideText,
)
from taxonomy.models.glossary import GlossaryPage
from taxonomy.models.proposals import Proposal, QuietSteward, Remark, Stand, Watch
from taxonomy.models.stewards import BulkEdit
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
    "BulkEdit",
    "Concept",
    "ConceptVersion",
    "GlossaryPage",
    "Label",
    "Mapping",
    "MappingKind",
    "Membership",
    "Notation",
    "Note",
    "NoteKind",
    "OutsideScheme",
    "OutsideText",
    "Proposal",
    "QuietSteward",
    "RelatedLink",
    "Remark",
    "Scheme",
    "Stand",
    "Status",
    "VocabularyVersion",
    "Watch",
]

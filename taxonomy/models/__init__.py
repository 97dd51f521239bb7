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
    "Mapping",
    "MappingKind",
    "Membership",
    "Notation",
    "Note",
    "NoteKind",
    "OutsideScheme",
    "OutsideText",
    "RelatedLink",
    "Scheme",
    "Status",
    "VocabularyVersion",
]

"""Every write of the vocabulary. Each is atomic, keeps closure and version, and says whether anything changed."""

from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services.concepts import (
    add_label,
    agree,
    create_concept,
    delete_concept,
    deprecate,
    refusal,
    set_broader,
    set_labels,
    set_related,
    update_concept,
)
from taxonomy.services.loading import Loaded, upsert_concepts, upsert_scheme, upsert_vocabulary
from taxonomy.services.merging import merge
from taxonomy.services.moving import move
from taxonomy.services.schemes import create_scheme, delete_scheme, update_scheme

__all__ = [
    "LabelSpec",
    "Loaded",
    "VocabularyError",
    "add_label",
    "agree",
    "create_concept",
    "create_scheme",
    "delete_concept",
    "delete_scheme",
    "deprecate",
    "merge",
    "move",
    "refusal",
    "set_broader",
    "set_labels",
    "set_related",
    "update_concept",
    "update_scheme",
    "upsert_concepts",
    "upsert_scheme",
    "upsert_vocabulary",
]

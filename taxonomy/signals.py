"""How the vocabulary tells the rooms above, which it must not import, that it changed.

`vocabulary_changed` is sent once per service call, inside its transaction, with `concept_ids`: a frozenset of the ids
of every concept whose words, texts, status or ancestors changed (deleted ones included).
"""

from django.dispatch import Signal

vocabulary_changed = Signal()

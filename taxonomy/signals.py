"""How the vocabulary tells the rooms above, which it must not import, that it changed.

`vocabulary_changed` is sent once per service call, inside its transaction, with `concept_ids`: a frozenset of the ids
of every concept whose words, texts, status or ancestors changed (deleted ones included).

`concept_merged` is sent inside the transaction of a merge with the ids `concept_id` and `into_id`, after everything in
other apps that held the one holds the other: for rows that `taxonomy.holders` does not find, such as this room's own.
"""

from django.dispatch import Signal

vocabulary_changed = Signal()
concept_merged = Signal()

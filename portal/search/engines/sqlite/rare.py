"""Of words of which any will do, the rare ones: who is typing waits for what is like it.

To read where a common word stands costs more than all else, and it makes nothing alike. How common a word is, the
entries say that the viewer may see, so that nobody learns of others by what is found.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Sequence
from dataclasses import replace

from pyroaring import BitMap

from portal.core.viewer import Viewer
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.sqlite import held, matching
from portal.search.engines.sqlite.expressions import either
from portal.search.engines.sqlite.functions import CHOSEN, choosing
from portal.search.engines.sqlite.running import run
from portal.search.engines.sqlite.sets import KIND
from portal.search.engines.sqlite.tables import WORDS
from portal.search.words import Group

# In so small a portal every word is looked up.
FEW_ENTRIES = 5000
# In so many entries together the words may stand that are looked up, by how many of the ones recorded last have them.
MOST_LOOKED_UP = 10_000
SAMPLE = 1024


def rare(query: SearchQuery, viewer: Viewer, asked: Asked) -> Asked:
    """`asked` with its rare words: those that none of the sample has, and of the others the rarest, one at least.

    So what it finds is empty only where none of the words finds anything.
    """
    sets, _nothing = held.snapshot()
    seen = matching.visible(sets, viewer)
    if query.kinds:
        seen = seen & sets.any_of(KIND, query.kinds)
    if len(seen) <= FEW_ENTRIES or not asked.is_relaxed or asked.quoted:
        return asked
    sample = BitMap(seen[-SAMPLE:])
    counted = sorted(zip(_counts(asked.groups, sample), asked.groups, strict=True))
    kept = {group for number, group in counted if not number}
    room = MOST_LOOKED_UP * len(sample) / sets.number()
    for place, (number, group) in enumerate((number, group) for number, group in counted if number):
        room -= number
        if place and room < 0:
            break
        kept.add(group)
    pairs = zip(asked.groups, asked.strict_groups, strict=True) if asked.strict_groups else ()
    return replace(
        asked,
        groups=tuple(group for group in asked.groups if group in kept),
        strict_groups=tuple(strict for group, strict in pairs if group in kept),
    )


def _counts(groups: Sequence[Group], sample: BitMap) -> list[int]:
    """How many entries of the sample have each group."""
    one = f"SELECT %s, COUNT(*) FROM {WORDS} WHERE {WORDS} MATCH %s AND rowid >= %s AND {CHOSEN}(rowid)"
    parameters = [part for place, group in enumerate(groups) for part in (place, either(group), sample.min())]
    with choosing(sample):
        return [number for _place, number in sorted(run(" UNION ALL ".join(one for _ in groups), parameters))]

"""Which words mean the same: the groups behind `querysets.expand`, the one answer that both search engines use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from taxonomy.models import Label, MappingKind, Status
from taxonomy.models import Mapping as MappingRow
from taxonomy.models.vocabulary import LabelKind

NEAR = (MappingKind.EXACT, MappingKind.CLOSE)
Texts = dict[str, str]  # as written, by normalised


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """The words of one agreed concept, and of those that match it exactly: `texts` may be shown, preferred ones first.

    `close` are the words of the concepts that match it closely.
    """

    concept_id: int
    texts: tuple[str, ...]
    close: tuple[str, ...] = ()


Index = Mapping[str, tuple[SynonymGroup, ...]]


def load() -> tuple[Index, int]:
    """Agreed concepts by each of their normalised labels, and the words of the longest label: two queries.

    The labels of a deprecated concept lead to the agreed one that replaces it, without being shown.
    """
    shown: dict[int, Texts] = defaultdict(dict)
    found_by: dict[str, dict[int, None]] = defaultdict(dict)
    for concept_id, text, normalised, kind, status, heir in _labels():
        is_retired = status == Status.DEPRECATED
        found_by[normalised][heir if is_retired else concept_id] = None
        if kind != LabelKind.HIDDEN and not is_retired:
            shown[concept_id].setdefault(normalised, text)
    exact, close = _matches(shown)
    groups = {pk: SynonymGroup(pk, _words([pk, *exact.get(pk, ())], shown), ()) for pk in shown}
    for pk, others in close.items():
        groups[pk] = SynonymGroup(pk, groups[pk].texts, _words(others, shown))
    index = {words: tuple(groups[pk] for pk in pks if pk in groups) for words, pks in found_by.items()}
    return index, max((words.count(" ") + 1 for words in index), default=0)


def _labels() -> list[tuple[int, str, str, str, str, int]]:
    """Labels of agreed concepts and of those they replace: concept by concept, preferred ones first."""
    rows = (
        Label.objects.filter(Q(concept__status=Status.AGREED) | Q(concept__replaced_by__status=Status.AGREED))
        .order_by("concept_id", "kind", "pk")
        .values_list("concept_id", "text", "normalised", "kind", "concept__status", "concept__replaced_by")
    )
    # "pref" comes after "alt" and "hidden" in the alphabet, so preferred labels are put first by hand.
    return sorted(rows, key=lambda row: (row[0], row[3] != LabelKind.PREF))


def _words(concept_ids: Iterable[int], shown: Mapping[int, Texts]) -> tuple[str, ...]:
    texts: Texts = {}
    for pk in concept_ids:
        for normalised, text in shown[pk].items():
            texts.setdefault(normalised, text)
    return tuple(texts.values())


def _matches(agreed: Mapping[int, Texts]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """For each agreed concept the others that match it exactly, and those that match any of these closely.

    Exact matches hold from both sides and onwards (by way of an address elsewhere too); close ones from both sides.
    """
    leader: dict[int | str, int | str] = {}

    def lead(one: int | str) -> int | str:
        while (above := leader.setdefault(one, one)) != one:
            leader[one] = one = leader[above]
        return one

    near: list[tuple[int | str, int | str]] = []
    rows = MappingRow.objects.filter(kind__in=NEAR, concept__status=Status.AGREED).annotate(to=F("target_id"))
    for kind, concept_id, target_id, uri in rows.order_by("pk").values_list("kind", "concept_id", "to", "uri"):
        other: int | str = target_id if target_id in agreed else uri
        if kind == MappingKind.EXACT:
            leader[lead(other)] = lead(concept_id)
        else:
            near.append((concept_id, other))
    members: dict[int | str, list[int]] = defaultdict(list)
    for one in [*leader, *(end for pair in near for end in pair)]:
        if isinstance(one, int) and one not in members[lead(one)]:
            members[lead(one)].append(one)
    beside: dict[int | str, dict[int | str, None]] = defaultdict(dict)
    for one, other in near:
        beside[lead(one)][lead(other)] = beside[lead(other)][lead(one)] = None
    exact = {pk: [other for other in found if other != pk] for found in members.values() for pk in found}
    close = {
        pk: [other for far in beside[place] if far != place for other in members[far]]
        for place in list(beside)
        for pk in members[place]
    }
    return exact, {pk: others for pk, others in close.items() if others}

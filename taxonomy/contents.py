"""What a proposal is about, as plain data, always in one order, so that two of them can be compared and kept:
{"title", "definition", "scope_note", "labels": [[text, language, jurisdiction, kind]], "broader": [slugs]}.

Hidden labels are no part of it: they are for stewards, and a proposal leaves them as they are.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from taxonomy import rules
from taxonomy.models import BroaderLink, Concept, Label, Proposal
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import LabelSpec
from taxonomy.text import clean_line, clean_text
from taxonomy.versions import Change, change

Content = dict[str, Any]
TEXTS = ("title", "definition", "scope_note")
EMPTY: Content = {"title": "", "definition": "", "scope_note": "", "labels": [], "broader": []}


def pack(
    title: str, definition: str, labels: Iterable[LabelSpec], broader: Iterable[str], scope_note: str = ""
) -> Content:
    """These values as plain data."""
    return {
        "title": clean_line(title),
        "definition": clean_text(definition).strip(),
        "scope_note": clean_text(scope_note).strip(),
        "labels": sorted([spec.text, spec.language, spec.jurisdiction, str(spec.kind)] for spec in set(labels)),
        "broader": sorted(set(broader)),
    }


def of(concept: Concept) -> Content:
    """What `concept` says now: two queries."""
    return pack(
        concept.title,
        concept.definition,
        [spec for spec in _specs(concept) if spec.kind != LabelKind.HIDDEN and not is_main(spec)],
        BroaderLink.objects.filter(concept=concept).values_list("broader__slug", flat=True),
        concept.scope_note,
    )


def is_main(spec: LabelSpec) -> bool:
    """Whether this label is the title itself."""
    return spec.kind == LabelKind.PREF and spec.place == rules.MAIN_PLACE


def _specs(concept: Concept) -> list[LabelSpec]:
    rows = Label.objects.filter(concept=concept).values_list("text", "language", "jurisdiction", "kind")
    return [LabelSpec(*row) for row in rows]


def values_for(content: Content, concept: Concept | None) -> dict[str, Any]:
    """`content` as values for `services.update_concept`. Of broader terms that are gone meanwhile nothing is left.

    A term keeps its hidden labels, but for one that the content shows.
    """
    specs = [LabelSpec(*row) for row in content["labels"]]
    if concept is not None:
        taken = {(spec.text, *spec.place) for spec in specs}
        hidden = [spec for spec in _specs(concept) if spec.kind == LabelKind.HIDDEN]
        specs += [spec for spec in hidden if (spec.text, *spec.place) not in taken]
    return {
        **{name: content[name] for name in TEXTS},
        "labels": specs,
        "broader": list(Concept.objects.filter(slug__in=content["broader"])),
    }


def merged(base: Content, wanted: Content, now: Content) -> Content:
    """What the term is to be when what `wanted` changed of `base` is done to the term as it is `now`.

    What the proposal leaves alone stays as it is now, whoever changed it meanwhile.
    """
    result = {name: wanted[name] if wanted[name] != base[name] else now[name] for name in TEXTS}
    broader = set(now["broader"]) - (set(base["broader"]) - set(wanted["broader"]))
    result["broader"] = sorted(broader | (set(wanted["broader"]) - set(base["broader"])))
    held, asked, present = (_label_set(content) for content in (base, wanted, now))
    come = asked - held
    places = {row[:3] for row in come}
    stay = {row for row in present - (held - asked) if row[:3] not in places}
    result["labels"] = sorted(list(row) for row in stay | come)
    return result


def _label_set(content: Content) -> set[tuple[str, ...]]:
    return {tuple(row) for row in content["labels"]}


def conflicts(base: Content, wanted: Content, now: Content) -> list[str]:
    """The texts that the proposal changes and somebody else has changed meanwhile, to something else."""
    return [name for name in TEXTS if base[name] != now[name] and wanted[name] not in (base[name], now[name])]


def differences(before: Content, after: Content) -> list[Change]:
    """What differs, in the form of a version's changes; broader terms by their titles: one query at most."""
    found = [change(name, before[name], after[name]) for name in TEXTS if before[name] != after[name]]
    held, asked = _label_set(before), _label_set(after)
    if held != asked:
        found.append(change("labels", sorted(held - asked), sorted(asked - held)))
    above, below = set(before["broader"]), set(after["broader"])
    if above != below:
        titles = dict(Concept.objects.filter(slug__in=above ^ below).values_list("slug", "title"))
        sides = ([titles.get(slug, slug) for slug in sorted(side)] for side in (above - below, below - above))
        found.append(change("broader", *sides))
    return found


def fingerprint(proposal: Proposal) -> str:
    """What a steward decides on, as a short word: the proposal's revision and the term as it is now."""
    now = [of(proposal.concept), proposal.concept.status] if proposal.concept else []
    text = json.dumps([proposal.pk, proposal.revision, now])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

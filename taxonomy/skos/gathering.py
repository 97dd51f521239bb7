"""The triples of all files put together by what they speak of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from django.utils.translation import gettext as _
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from taxonomy.skos import names
from taxonomy.skos.report import Report
from taxonomy.text import clean_text

MOST_COMPARED = 64
STRINGS = frozenset({names.XSD + "string", names.RDF + "langString"})
# What only a concept has: a subject of one is a concept whether the file says so or not.
OF_CONCEPTS = frozenset({"broader", "narrower", "related", "inScheme", "topConceptOf", *names.MAPPINGS})


class Text(NamedTuple):
    """A literal: its words, its language tag as written, and the address of its datatype ("" for a string)."""

    text: str
    language: str
    datatype: str


# An address, or "_:" and the name of a blank node, or a literal.
Value = str | Text
Facts = dict[str, list[Value]]


@dataclass
class Gathered:
    """What the files say: of each subject, by the short name of a predicate (`names.PREDICATES`), its values in order.

    `counts` says how often each of these predicates occurs; `languages` are the tags of labels and notes.
    """

    nodes: dict[str, Facts] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    triples: int = 0

    def add(self, quads: Iterable[Quad]) -> None:
        """Take in more triples."""
        predicates = names.PREDICATES
        for quad in quads:
            self.triples += 1
            predicate = quad.predicate.value
            name = predicates.get(predicate)
            subject = _subject(quad.subject)
            if name is None or not subject:
                self.left_out[predicate] += 1
                continue
            value = _value(quad.object)
            facts = self.nodes.get(subject)
            if facts is None:
                facts = self.nodes[subject] = {}
            values = facts.setdefault(name, [])
            # Several files repeat what they share; a long list (the members of a collection) is not searched each time.
            if len(values) > MOST_COMPARED or value not in values:
                values.append(value)
            self.counts[name] += 1

    def types(self, subject: str) -> set[Value]:
        return set(self.nodes.get(subject, {}).get("type", ()))

    def texts(self, subject: str, name: str) -> list[Text]:
        """The literals that `subject` has as `name`, those of nodes in their place (SKOS-XL, nested notes) included."""
        found: list[Text] = []
        for value in self.nodes.get(subject, {}).get(name, ()):
            if isinstance(value, Text):
                found.append(value)
            else:
                inner = self.nodes.get(value, {})
                found += [text for text in inner.get("value") or inner.get("name") or () if isinstance(text, Text)]
        return found

    def schemes(self) -> list[str]:
        """Everything that is or is used as a ConceptScheme, in the order of the files."""
        found: dict[str, None] = {}
        for subject, facts in self.nodes.items():
            if names.SCHEME in facts.get("type", ()) or "hasTopConcept" in facts:
                found[subject] = None
            for name in ("inScheme", "topConceptOf"):
                found.update(dict.fromkeys(value for value in facts.get(name, ()) if isinstance(value, str)))
        return list(found)

    def concepts(self, report: Report) -> list[str]:
        """The addresses of all concepts, in the order of the files; what is odd about them goes into `report`."""
        others = set(self.schemes())
        found = []
        for subject, facts in self.nodes.items():
            types = facts.get("type", ())
            says_so = names.CONCEPT in types
            if not says_so and (
                subject in others or not OF_CONCEPTS & facts.keys() or not names.LABELS.keys() & facts.keys()
            ):
                continue
            if not names.COLLECTIONS.isdisjoint(types):
                continue
            if subject.startswith("_:") or not names.is_iri(subject) or len(subject) > 500:
                report.odd(
                    _("Concepts without an address that can be written are left out"), _name_of(facts) or subject
                )
                continue
            if not says_so:
                report.odd(_("Not called concepts by the files, but described as such: taken for concepts"), subject)
            found.append(subject)
        return found

    def note_left_out(self, report: Report) -> None:
        """Say in `report` what the files hold that has no place here."""
        for subject, facts in self.nodes.items():
            if not names.COLLECTIONS.isdisjoint(facts.get("type", ())):
                members = len(facts.get("member", ()))
                report.odd(
                    _("Collections are left out"),
                    _("%(name)s, members: %(count)d") % {"name": _name_of(facts) or subject, "count": members},
                )
        for predicate, count in self.left_out.most_common():
            report.odd(_("Statements with %s are left out: there is no place for them here") % predicate, count=count)


def _name_of(facts: Facts) -> str:
    return next((value.text for value in facts.get("prefLabel", ()) if isinstance(value, Text)), "")


def _subject(node: object) -> str:
    if isinstance(node, NamedNode):
        return node.value
    return f"_:{node.value}" if isinstance(node, BlankNode) else ""


def _value(node: object) -> Value:
    if isinstance(node, Literal):
        datatype = node.datatype.value
        return Text(
            clean_text(node.value),
            intern(node.language or ""),
            "" if datatype in STRINGS else intern(datatype),
        )
    return _subject(node)

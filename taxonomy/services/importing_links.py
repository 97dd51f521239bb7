"""An import's links between concepts: circles broken, what leads nowhere reported, closure kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from taxonomy import closure
from taxonomy.models import BroaderLink, Concept, RelatedLink, Status
from taxonomy.models import Mapping as MappingRow
from taxonomy.services.importing_rows import ROWS_AT_ONCE, delete
from taxonomy.skos import names
from taxonomy.skos.gathering import Gathered
from taxonomy.skos.report import Report

Pair = tuple[int, int]


@dataclass(slots=True)
class Linking:
    """The ids of concepts by address: `mine` are those the files speak of, `own` the scheme's, `ids` all there are."""

    gathered: Gathered
    report: Report
    mine: Mapping[str, int]
    own: Mapping[str, int]
    ids: Mapping[str, int]
    scheme_id: int
    dry_run: bool
    uris: dict[int, str] = field(init=False)
    mine_ids: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.uris = {pk: uri for uri, pk in self.ids.items()}
        self.mine_ids = set(self.mine.values())

    def put_broader(self) -> set[int]:
        """Bring the broader links to the files. Returns the concepts whose links or ancestors are others now."""
        counts = self.gathered.counts
        if not counts["broader"] and not counts["narrower"]:
            return set()
        wanted = self._pairs("broader", self.own)
        wanted |= {(low, high) for high, low in self._pairs("narrower", self.own)}
        rows = BroaderLink.objects.filter(concept__scheme_id=self.scheme_id)
        held = {(low, high): pk for low, high, pk in rows.values_list("concept_id", "broader_id", "pk")}
        kept = {pair for pair in held if pair[0] not in self.mine_ids}
        wanted -= self._circles(wanted - kept, kept)
        stale = {pair: pk for pair, pk in held.items() if pair not in wanted and pair not in kept}
        fresh = sorted(wanted - held.keys())
        self._count(_("broader links"), len(fresh), len(stale))
        changed = {low for low, _high in (*fresh, *stale)}
        if self.dry_run or not changed:
            return changed
        delete(BroaderLink, stale.values())
        BroaderLink.objects.bulk_create(
            [BroaderLink(concept_id=low, broader_id=high) for low, high in fresh], batch_size=ROWS_AT_ONCE
        )
        return changed | closure.refresh_all()

    def put_related(self) -> set[int]:
        """Bring the associations to the files, from both sides. Returns the concepts that have others now."""
        if not self.gathered.counts["related"]:
            return set()
        pairs = self._pairs("related", self.ids)
        lonely = sum((other, one) not in pairs for one, other in pairs)
        if lonely:
            self.report.odd(_("Relations named from one side only hold from both"), count=lonely)
        wanted = pairs | {(other, one) for one, other in pairs}
        rows = RelatedLink.objects.all()
        held = {(one, other): pk for one, other, pk in rows.values_list("concept_id", "related_id", "pk")}
        stale = {pair: pk for pair, pk in held.items() if pair not in wanted and self.mine_ids.issuperset(pair)}
        fresh = sorted(wanted - held.keys())
        self._count(_("relations, counted from both sides"), len(fresh), len(stale))
        if not self.dry_run:
            delete(RelatedLink, stale.values())
            RelatedLink.objects.bulk_create(
                [RelatedLink(concept_id=one, related_id=other) for one, other in fresh], batch_size=ROWS_AT_ONCE
            )
        return {pk for pair in (*fresh, *stale) for pk in pair}

    def put_replacements(self, statuses: Mapping[int, str]) -> set[int]:
        """Let deprecated concepts lead to what replaces them. `statuses` are those of all concepts there are now."""
        wanted: dict[int, int] = {}
        for low, high in sorted(self._pairs("isReplacedBy", self.ids)):
            if statuses.get(low) == Status.DEPRECATED and statuses.get(high) != Status.DEPRECATED:
                wanted.setdefault(low, high)
            else:
                self.report.odd(
                    _("Replacements of what is not deprecated, or by what is deprecated too, are left out"),
                    f"{self.uris[low]} → {self.uris[high]}",
                )
        held = dict(Concept.objects.filter(replaced_by__isnull=False).values_list("pk", "replaced_by_id"))
        changed = {low: high for low, high in wanted.items() if held.get(low) != high}
        self._count(_("replacements"), len(changed), 0)
        if not self.dry_run:
            for low, high in changed.items():
                Concept.objects.filter(pk=low).update(replaced_by=high)
        return set(changed)

    def _pairs(self, name: str, known: Mapping[str, int]) -> set[Pair]:
        """The links called `name` from concepts of the files to `known` ones."""
        found: set[Pair] = set()
        for uri, pk in self.mine.items():
            for value in self.gathered.nodes[uri].get(name, ()):
                to = value if isinstance(value, str) else value.text
                other = known.get(to)
                if other is None:
                    self.report.odd(
                        _("Links to concepts that are not there, or in another scheme, are left out"),
                        f"{uri} {name} {to}",
                    )
                elif other == pk:
                    self.report.odd(_("Links of a concept to itself are left out"), f"{uri} {name}")
                else:
                    found.add((pk, other))
        return found

    def _circles(self, links: set[Pair], kept: set[Pair]) -> set[Pair]:
        """Those of `links` that must be left out so that, with those `kept`, no way leads round in a circle."""
        cut = closure.cut_circles(links, kept, key=lambda pk: self.uris.get(pk, ""))
        for low, high in cut:
            self.report.odd(
                _("Broader links that close a circle are left out"),
                f"{self.uris[low]} broader {self.uris[high]}",
            )
        return set(cut)

    def _count(self, what: str, fresh: int, stale: int) -> None:
        for sentence, number in ((_("%s to add"), fresh), (_("%s to remove"), stale)):
            if number:
                self.report.changes[sentence % what] += number


def find_targets() -> set[int]:
    """Let mappings know the concepts of this portal that they lead to. Returns the concepts whose mappings changed."""
    waiting = list(MappingRow.objects.filter(target=None).only("pk", "uri", "concept_id"))
    by_uri = dict(Concept.objects.filter(uri__isnull=False).values_list("uri", "pk"))
    by_slug: dict[str, int] = dict(Concept.objects.values_list("slug", "pk"))
    found = []
    for row in waiting:
        target = by_uri.get(row.uri) or by_slug.get(names.slug_of(row.uri))
        if target is not None and target != row.concept_id:
            row.target_id = target
            found.append(row)
    MappingRow.objects.bulk_update(found, ["target"], batch_size=ROWS_AT_ONCE)
    return {row.concept_id for row in found}

"""What the glossary's public pages show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from taxonomy import listing, presenting_exchange, shared_labels, snapshot, views_exchange, views_terms
from taxonomy.jurisdictions import jurisdiction_name, language_name
from taxonomy.models import BroaderLink, Concept, Label, RelatedLink, Scheme, Status
from taxonomy.models.vocabulary import LabelKind, concept_url
from taxonomy.querysets import SchemeTree, TreeNode, trees
from taxonomy.text import clean_line
from taxonomy.usage import uses_of

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage

LINES_ON_A_PAGE = 500
MOST_IN_A_TREE = 2000
MOST_ON_TOP = 1000
LONGEST_QUERY = 200
LONGEST_SLUG = 100
TREE = "tree"
PARTS = ("exchange_head", "term_body", "term_neighbours", "term_citation")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A row of the table of labels."""

    text: str
    language: str
    language_name: str
    jurisdiction: str
    kind: str


def index(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """The glossary from A to Z or as trees, narrowed by scheme and words. An unknown scheme gets a 404 that says so.

    With `part` in the query the list alone, for the search as one types.
    """
    is_part = _without_part(request)
    schemes = list(Scheme.objects.all())
    wanted = clean_line(request.GET.get("scheme", ""))
    scheme = next((found for found in schemes if found.slug == wanted), None)
    if wanted and scheme is None:
        sentence = _("The glossary has no scheme “%s”.") % wanted[:60]
        return _not_found(request, page, sentence, wanted)
    query = clean_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    is_tree = request.GET.get("view") == TREE and not query
    context = {
        "page": page,
        "page_url": page_url(page),
        "schemes": schemes,
        "scheme": scheme,
        "query": query,
        "is_tree": is_tree,
        **(_tree_context(scheme) if is_tree else _list_context(request, scheme, query)),
    }
    return render(request, "taxonomy/partials/results.html" if is_part else "taxonomy/index.html", context)


def _without_part(request: HttpRequest) -> bool:
    """Whether only the list is asked for (`static/js/glossary.js` does); its links must lead to whole pages."""
    query = request.GET.copy()
    is_part = query.pop("part", None) is not None
    request.GET = query  # type: ignore[assignment]
    return is_part


def _tree_context(scheme: Scheme | None) -> dict[str, Any]:
    slug = scheme.slug if scheme else ""
    held = snapshot.current()
    return {"results": held.keep(f"tree:{slug}", lambda: _tree_markup(slug))}


def _tree_markup(slug: str) -> SafeString:
    found = trees([slug] if slug else [])
    left_out = 0
    if sum(_size(tree.roots) for tree in found) > MOST_IN_A_TREE:
        for tree in found:
            _cut(tree)
            left_out += max(0, len(tree.roots) - MOST_ON_TOP)
            del tree.roots[MOST_ON_TOP:]
    context = {"trees": found, "is_single": bool(slug), "left_out": left_out}
    return render_to_string("taxonomy/partials/trees.html", context)


def _size(nodes: list[TreeNode]) -> int:
    return sum(1 + _size(node.children) for node in nodes)


def _cut(tree: SchemeTree) -> None:
    """Keep the two topmost levels, or one where two are too many: each leads to a page with what is below it."""
    is_wide = sum(1 + len(root.children) for root in tree.roots) > MOST_IN_A_TREE
    for root in tree.roots:
        if is_wide:
            root.children = []
        for node in root.children:
            node.children = []


def _list_context(request: HttpRequest, scheme: Scheme | None, query: str) -> dict[str, Any]:
    slug = scheme.slug if scheme else ""
    held = snapshot.current()
    lines = listing.matching(held.entries, slug, query) if slug or query else held.entries
    paginator = Paginator(lines, LINES_ON_A_PAGE)
    found = paginator.get_page(request.GET.get("page"))

    def markup() -> SafeString:
        groups = listing.by_letter(listing.with_choices(found.object_list))
        return render_to_string("taxonomy/partials/letters.html", {"groups": groups})

    return {
        "found": found,
        "meanings": shared_labels.meanings_of(query, held),
        "total": sum(not line.see for line in lines),
        "letters": _letters(lines, found.number)
        if query
        else held.keep(f"letters:{slug}:{found.number}", lambda: _letters(lines, found.number)),
        "results": markup() if query else held.keep(f"list:{slug}:{found.number}", markup),
    }


def _letters(lines: "tuple[listing.Entry, ...] | list[listing.Entry]", number: int) -> list[tuple[str, str, int]]:
    """(letter, anchor, page if another than `number`); the anchor is "" for a letter without lines."""
    first: dict[str, int] = {}
    for position, line in enumerate(lines):
        first.setdefault(line.letter, position // LINES_ON_A_PAGE + 1)
    shown = [*listing.LETTERS, *([listing.OTHER] if listing.OTHER in first else [])]
    return [
        (
            letter,
            f"letter-{'other' if letter == listing.OTHER else letter.lower()}" if letter in first else "",
            first[letter] if first.get(letter, number) != number else 0,
        )
        for letter in shown
    ]


def term(request: HttpRequest, page: "GlossaryPage", slug: str) -> HttpResponse:
    """One concept, in the form that is asked for; for an unknown address a 404 with the terms that come near."""
    held = snapshot.current()
    shown = held.keep(f"term:{slug[:LONGEST_SLUG]}", lambda: _term_context(slug))
    if shown is None:
        return _not_found(request, page, _("The glossary has no term at this address."), slug)
    if shown["concept"].merged_into is not None:
        return redirect(shown["concept"].merged_into.get_absolute_url(), permanent=True)
    for_program = views_exchange.negotiated(request, slug)
    if for_program is not None:
        return for_program
    concept = shown["concept"]
    context = {
        **shown,
        **views_terms.own_extras(request, concept),
        "page": page,
        "page_url": page_url(page),
        "uses": uses_of(concept.pk, viewer_of(request)),
        "parts": _parts(shown, held, page),
    }
    response = render(request, "taxonomy/term.html", context)
    patch_vary_headers(response, ["Accept"])
    return response


def _parts(shown: dict[str, Any], held: snapshot.Snapshot, page: "GlossaryPage") -> dict[str, SafeString]:
    """What of a term's page is the same for all who read it under this version of the vocabulary, as markup."""

    def made() -> dict[str, SafeString]:
        context = {
            **shown,
            **views_terms.kept_extras(shown, held),
            "page": page,
            "page_url": page_url(page),
            "portal_name": settings.PORTAL_NAME,
            "base_url": settings.BASE_URL,
        }
        return {part: render_to_string(f"taxonomy/partials/{part}.html", context) for part in PARTS}

    return held.keep(f"parts:{shown['concept'].pk}:{get_language()}:{page_url(page)}:{page.title}", made)


def _term_context(slug: str) -> dict[str, Any] | None:
    """What the vocabulary alone says on a term's page, None for an unknown one: six queries."""
    found = Concept.objects.select_related("scheme", "replaced_by", "merged_into")
    concept = found.filter(slug=slug.replace("\x00", "")[:LONGEST_SLUG]).first()
    if concept is None:
        return None
    broader, narrower = _above_and_below(concept)
    related = RelatedLink.objects.filter(concept=concept).select_related("related").order_by("related__title")
    labels = _label_rows(concept)
    return {
        "concept": concept,
        "labels": labels,
        "broader": broader,
        "narrower": narrower,
        "related": [(link.related.title, concept_url(link.related.slug)) for link in related],
        "is_settled": concept.status == Status.AGREED,
        **presenting_exchange.exchanged(concept, (label.text for label in labels)),
    }


def _above_and_below(concept: Concept) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(title, address) of the directly broader and narrower concepts: one query."""
    links = BroaderLink.objects.filter(Q(concept=concept) | Q(broader=concept)).select_related("concept", "broader")
    above = [link.broader for link in links if link.concept_id == concept.pk]
    below = [link.concept for link in links if link.broader_id == concept.pk]
    above.sort(key=lambda found: found.title)
    below.sort(key=lambda found: (found.order if concept.scheme.is_ordered else 0, found.title))
    return tuple([(found.title, concept_url(found.slug)) for found in side] for side in (above, below))  # type: ignore[return-value]


def _label_rows(concept: Concept) -> list[LabelRow]:
    """All labels that may be shown: by language, then jurisdiction, the preferred ones first."""
    labels = sorted(
        (label for label in Label.objects.filter(concept=concept) if label.kind != LabelKind.HIDDEN),
        key=lambda label: (
            label.language != "en",
            label.language != concept.title_language,
            label.language,
            label.jurisdiction,
            label.kind != LabelKind.PREF,
            label.text,
        ),
    )
    return [
        LabelRow(
            label.text,
            label.language,
            language_name(label.language),
            jurisdiction_name(label.jurisdiction) or _("Everywhere"),
            label.get_kind_display(),
        )
        for label in labels
    ]


def _not_found(request: HttpRequest, page: "GlossaryPage", sentence: str, text: str) -> HttpResponse:
    near = listing.near(snapshot.current().entries, text)
    context = {"page": page, "page_url": page_url(page), "sentence": sentence, "near": near}
    return render(request, "taxonomy/not_found.html", context, status=404)

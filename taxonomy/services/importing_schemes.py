"""An import's schemes: the one of ours that all goes into, and those of the files, which its concepts remember."""

from django.db.models import Max
from django.utils.translation import gettext as _

from taxonomy.models import OutsideScheme, OutsideText, Scheme, Status
from taxonomy.services import schemes
from taxonomy.services.importing_rows import delete
from taxonomy.skos import names
from taxonomy.skos.gathering import Gathered, Text
from taxonomy.skos.report import Report
from taxonomy.text import clean_line

LONGEST_TITLE = 120


def own_scheme(slug: str, gathered: Gathered, report: Report, *, dry_run: bool) -> Scheme:
    """The scheme with `slug`, made or changed to what the files say of it under its own address.

    A new one that the files do not know takes the name of their only scheme, and is no facet before somebody says so.
    """
    values = _described(gathered, names.scheme_uri(slug))
    scheme = Scheme.objects.filter(slug=slug).first()
    if scheme is None:
        report.changes[_("schemes to add")] += 1
        last = Scheme.objects.aggregate(last=Max("order"))["last"] or 0
        fields = {"slug": slug, "title": slug, "is_facet": False, "order": last + 1, **_only(gathered), **values}
        return Scheme(**fields) if dry_run else schemes.create_scheme(**fields)
    if any(getattr(scheme, name) != value for name, value in values.items()):
        report.changes[_("schemes to change")] += 1
        if not dry_run:
            schemes.update_scheme(scheme, **values)
    return scheme


def _described(gathered: Gathered, uri: str) -> dict[str, object]:
    """The fields of a scheme of ours in a file of ours."""
    facts = gathered.nodes.get(uri, {})
    values: dict[str, object] = {}
    for name, key in (("title", "prefLabel"), ("description", "description")):
        if key in facts:
            values[name] = next((text.text for text in gathered.texts(uri, key)), "").strip()
    for name, key in (("is_facet", "isFacet"), ("is_ordered", "isOrdered")):
        for text in gathered.texts(uri, key):
            values[name] = text.text == "true"
    for text in gathered.texts(uri, "status"):
        if text.text in Status.values:
            values["status"] = text.text
    for text in gathered.texts(uri, "order"):
        if text.text.isascii() and text.text.isdigit() and int(text.text) < 2**31:
            values["order"] = int(text.text)
    return values


def _only(gathered: Gathered) -> dict[str, str]:
    found = outside_uris(gathered)
    if len(found) != 1:
        return {}
    texts = [*gathered.texts(found[0], "prefLabel"), *gathered.texts(found[0], "name")]
    named = sorted(texts, key=lambda text: not text.language.lower().startswith("en"))
    title = clean_line(named[0].text)[:LONGEST_TITLE] if named else ""
    return {"title": title} if title else {}


def outside_uris(gathered: Gathered) -> list[str]:
    """The schemes of the files that are none of ours and have an address."""
    own = names.scheme_uri("")
    return [uri for uri in gathered.schemes() if not uri.startswith(own) and names.is_iri(uri) and len(uri) <= 500]


def outside_schemes(scheme: Scheme, gathered: Gathered, report: Report, *, dry_run: bool) -> dict[str, int]:
    """The ids of the files' own schemes by their addresses, made where they are new; stand-ins (below 0) if dry."""
    ids: dict[str, int] = dict(OutsideScheme.objects.values_list("uri", "pk"))
    for number, uri in enumerate(outside_uris(gathered), start=1):
        if uri not in ids:
            report.changes[_("schemes of the files to remember")] += 1
            ids[uri] = -number if dry_run else OutsideScheme.objects.create(scheme=scheme, uri=uri).pk
        _put_texts(ids[uri], uri, gathered, report, dry_run=dry_run)
    return ids


def _put_texts(pk: int, uri: str, gathered: Gathered, report: Report, *, dry_run: bool) -> None:
    """Names and descriptions, in the languages that the files speak; those in others stay."""
    wanted = {
        (is_name, names.language_tag(text.language) or "", text.text.strip())
        for keys, is_name in ((("prefLabel", "altLabel", "name"), True), (("description", *names.NOTES), False))
        for key in keys
        for text in gathered.texts(uri, key)
        if isinstance(text, Text) and text.text.strip()
    }
    rows = OutsideText.objects.filter(outside_id=pk).values_list("is_name", "language", "text", "pk")
    held = {(is_name, language, text): row for is_name, language, text, row in rows}
    spoken = {language for _is_name, language, _text in wanted}
    stale = [row for key, row in held.items() if key not in wanted and key[1] in spoken]
    fresh = sorted(wanted - held.keys())
    if stale or fresh:
        report.changes[_("names and descriptions of the files' schemes to write")] += len(stale) + len(fresh)
    if not dry_run:
        delete(OutsideText, stale)
        OutsideText.objects.bulk_create(
            OutsideText(outside_id=pk, is_name=is_name, language=language, text=text)
            for is_name, language, text in fresh
        )

"""What search knows of members: what they show to members, and nothing that they show to nobody.

The most useful members to find are those who say the most of themselves, above all what they may be asked about.
"""

from typing import Any

from django.db.models import Value
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Affiliation
from portal.core.audiences import MEMBER
from portal.core.models import Audience
from portal.core.text import plain_text
from portal.members.access import Eyes, parts_seen
from portal.members.languages import LANGUAGES
from portal.members.models import Profile
from portal.search import facets, registry
from portal.search.contract import Kind, SearchRecord

# Points of usefulness: for each part of the profile that members see, and for each term to be asked about.
PART, ASK = 30, 60
AFFILIATION, LANGUAGE = "affiliation", "language"


def members() -> Any:
    """Every profile of an open account with what its record reads: four queries, however many."""
    open_accounts = Profile.objects.active().annotate(audience=Value(audience_of_members()))
    return open_accounts.select_related("user", "place").prefetch_related("service_lines", "ask_about")


def member_record(profile: Any) -> SearchRecord:
    """The record of a member for members. Closed accounts are not among `members()`, and so leave search."""
    seen = parts_seen(profile, Eyes.MEMBER)
    concepts = _concepts(profile, seen)
    first = [profile.role if "role" in seen else ""]
    first.append(profile.user.organisation if "organisation" in seen else "")
    about = plain_text(profile.html) if "about" in seen else ""
    languages = profile.languages if "languages" in seen else []
    asked = len(profile.ask_about.all()) if "ask_about" in seen else 0
    names = [LANGUAGES[code] for code in languages if code in LANGUAGES]
    return SearchRecord(
        kind="member",
        pk=profile.pk,
        title=profile.user.name,
        url=profile.url,
        audience_id=profile.audience,
        summary=", ".join(part for part in first if part),
        body="\n".join(part for part in (about, *names, *(concept.title for concept in concepts)) if part),
        concept_ids=tuple(sorted({concept.pk for concept in concepts})),
        facets=(
            *(((AFFILIATION, profile.user.affiliation),) if "affiliation" in seen else ()),
            *((LANGUAGE, code) for code in languages),
        ),
        published_at=profile.user.date_joined,
        usefulness=sum(map(bool, (*first, about, names))) * PART + asked * ASK,
    )


def _concepts(profile: Profile, seen: frozenset[str]) -> list[Any]:
    found = [profile.place] if profile.place is not None and "place" in seen else []
    if "service_lines" in seen:
        found += profile.service_lines.all()
    if "ask_about" in seen:
        found += profile.ask_about.all()
    return found


def audience_of_members() -> int:
    """The id of the audience "whoever has signed in": one query."""
    return Audience.objects.get_or_create(key=MEMBER)[0].pk


def _affiliation_label(value: str) -> str:
    return str(Affiliation(value).label) if value in Affiliation.values else ""


def _language_label(value: str) -> str:
    return gettext(LANGUAGES[value]) if value in LANGUAGES else ""


registry.register(Kind("member", _("Member"), _("Members"), Profile, members, member_record))
facets.register(AFFILIATION, gettext_lazy("Works for"), _affiliation_label)
facets.register(LANGUAGE, gettext_lazy("Language"), _language_label)

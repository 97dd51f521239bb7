"""Names for the codes that labels carry. A code that is not listed is shown as it is."""

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

# The community writes UK, as people there do, where the standard has GB.
JURISDICTIONS = {
    "AT": _("Austria"),
    "AU": _("Australia"),
    "CA": _("Canada"),
    "DE": _("Germany"),
    "EU": _("European Union"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "NZ": _("New Zealand"),
    "UK": _("United Kingdom"),
    "US": _("United States"),
}


def jurisdiction_name(code: str) -> str:
    """The jurisdiction's name in the reader's language; "" for everywhere."""
    return str(JURISDICTIONS.get(code, code))


def language_name(code: str) -> str:
    """The language's English name ("French" for fr-CA too), or the code when it is not known."""
    for known in (code.lower(), code.lower().split("-")[0]):
        try:
            return str(get_language_info(known)["name_translated"])
        except KeyError:
            continue
    return code

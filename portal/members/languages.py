"""The languages that members may say they speak: Django's list without its regional kinds, and some more."""

from collections.abc import Iterable
from functools import lru_cache

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, gettext

from taxonomy.text import normalise

# Spoken in governments, and no interface of Django's.
FURTHER = {
    "am": "Amharic",
    "cr": "Cree",
    "fo": "Faroese",
    "gu": "Gujarati",
    "ht": "Haitian Creole",
    "iu": "Inuktitut",
    "kl": "Greenlandic",
    "mi": "Māori",
    "mt": "Maltese",
    "nv": "Navajo",
    "ps": "Pashto",
    "rm": "Romansh",
    "rw": "Kinyarwanda",
    "se": "Northern Sami",
    "si": "Sinhala",
    "sm": "Samoan",
    "so": "Somali",
    "st": "Southern Sotho",
    "tl": "Tagalog",
    "tn": "Tswana",
    "xh": "Xhosa",
    "yo": "Yoruba",
    "zh": "Chinese",
    "zu": "Zulu",
}
# Django's own list names these for its translators' sake.
_LEFT_OUT = {"eo", "ia", "io"}

LANGUAGES: dict[str, str] = {
    code: name
    for code, name in sorted(
        ({code: info.get("name", "") for code, info in LANG_INFO.items() if "-" not in code} | FURTHER).items()
    )
    if name and code not in _LEFT_OUT
}


def language_names(codes: Iterable[str]) -> list[str]:
    """The names of `codes` in the active language, in the order given; unknown codes are left out."""
    return [gettext(LANGUAGES[code]) for code in codes if code in LANGUAGES]


def code_of(text: str) -> str | None:
    """The code of the language that `text` is the name or the code of; None if there is none."""
    return _codes(get_language()).get(normalise(text))


@lru_cache(maxsize=20)
def _codes(active: str | None) -> dict[str, str]:
    names = {normalise(gettext(name)): code for code, name in LANGUAGES.items()}
    names |= {normalise(name): code for code, name in LANGUAGES.items()}
    names |= {normalise(LANG_INFO[code]["name_local"]): code for code in LANGUAGES if code in LANG_INFO}
    return names | {code: code for code in LANGUAGES}

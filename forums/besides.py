"""What a form says besides title and text: how a draft keeps it (`Draft.data`), and how a form is begun with it again.

What is kept may be true no longer when the draft is opened: what cannot be chosen any more is left out.
"""

from typing import Any

from django.forms import CheckboxInput
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from forums import attaching, files
from forums.forms_asking import KINDS, MOST_CONCEPTS
from forums.models import Draft, Topic
from portal.core.numbers import id_in, ids_in
from taxonomy import choosing

# Boxes of the form with which a topic is begun.
BOXES = ("withheld", "mailed")


def said(posted: QueryDict, *, asks: bool) -> dict[str, Any]:
    """Of what a form was sent with, what its draft keeps. `asks` says that it begins a topic."""
    found: dict[str, Any] = {}
    if attaching.PART in posted:
        found[attaching.CHOSEN] = files.possible(posted.getlist(attaching.CHOSEN))
    if asks:
        box = CheckboxInput()
        found |= {name: True for name in BOXES if box.value_from_datadict(posted, MultiValueDict(), name)}
        found["kind"] = next((kind for kind in KINDS if kind == posted.get("kind")), "")
        found["concepts"] = [str(pk) for pk in ids_in(posted.getlist("concepts"))][:MOST_CONCEPTS]
        found["about"] = str(id_in(posted.get("about", "")) or "")
    return {name: value for name, value in found.items() if value or name == attaching.CHOSEN}


def begun(draft: Draft, *, may_announce: bool) -> dict[str, Any]:
    """The first values of the form with which a topic is begun: one query where concepts were ticked."""
    kept = draft.data
    values: dict[str, Any] = {name: True for name in BOXES if kept.get(name)}
    kind = kept.get("kind")
    if kind in KINDS and (may_announce or kind != Topic.Kind.ANNOUNCEMENT):
        values["kind"] = kind
    if ticked := kept.get("concepts"):
        values["concepts"] = [str(pk) for pk in choosing.offered().filter(pk__in=ticked).values_list("pk", flat=True)]
    return values

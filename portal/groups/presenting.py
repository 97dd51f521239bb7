"""What a group's page says in words: its state, its products, and how the viewer may come in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.core.sections import Shown
from portal.core.viewer import Role as PortalRole
from portal.core.viewer import Viewer
from portal.groups import access
from portal.groups.listings import Facts, File, Near
from portal.groups.models import GroupPage, Joining, Role, State


@dataclass(frozen=True, slots=True)
class Door:
    """How the viewer stands to the group: a sentence, and what to press, if there is anything to press."""

    sentence: str
    url: str = ""
    action: str = ""


def door(known: Facts, viewer: Viewer, group_url: str, sign_in: str) -> Door:
    """What the panel "Join" says. `sign_in` leads to the sign-in and then to the page where one joins."""
    group = known.group
    if access.is_member(viewer, group):
        return Door(_("You are a member of this group."), f"{group_url}leave/", _("Leave the group"))
    if group.state == State.ARCHIVED:
        return Door(_("This group is archived and takes no new members."))
    if group.state == State.PAUSED:
        return Door(_("This group pauses and takes no new members for now."))
    if group.joining == Joining.INVITATION:
        return Door(_("The leads invite people to join this group."))
    sentence = (
        _("Every member of the portal may join.") if group.joining == Joining.OPEN else _("The leads answer requests.")
    )
    if not viewer.is_member:
        return Door(sentence, sign_in, _("Sign in to join"))
    if known.asked:
        return Door(_("You have asked to join. The leads will answer."), f"{group_url}join/", _("Look at your request"))
    action = _("Join the group") if group.joining == Joining.OPEN else _("Ask to join")
    return Door(sentence, f"{group_url}join/", action)


def leads(known: Facts, viewer: Viewer) -> bool:
    """What `access.can_lead` says, of what is known already: no query."""
    is_lead = any(person.user_id == viewer.user_id and person.role == Role.LEAD for person in known.leads)
    return is_lead or PortalRole.ADMINISTRATOR in viewer.roles


def state_sentence(state: str) -> str:
    """What it means that a group is not active; "" for one that is."""
    return {
        State.PAUSED.value: _("The group pauses. Everything stays as it is, and nobody new joins for now."),
        State.ARCHIVED.value: _("The group has ended its work. What it made can be read and found; nothing is added."),
    }.get(str(state), "")


class Product(NamedTuple):
    """Something that the group makes; `url` leads to it, if the viewer may read it."""

    title: str
    status: str
    label: str
    shape: str
    url: str


# A shape beside each word, so that colour is never the only difference.
SHAPES = {"planned": "○", "draft": "◐", "published": "●"}


def linked(page: GroupPage) -> tuple[list[int], list[int]]:
    """The ids of the pages and of the documents to which the group's products lead; the stream's own blocks would
    fetch each of them."""
    values = [item["value"] for item in page.products.raw_data]
    return _ids(values, "page"), _ids(values, "document")


def _ids(values: Iterable[dict[str, Any]], name: str) -> list[int]:
    return sorted({int(value[name]) for value in values if value.get(name)})


def products(page: GroupPage, pages: Iterable[Near], documents: Iterable[File]) -> list[Product]:
    """The group's products, each with its status in a word and a shape."""
    labels = {"planned": _("Planned"), "draft": _("Draft"), "published": _("Published")}
    to_page = {found.pk: found.url for found in pages}
    to_file = {found.pk: found.url for found in documents}
    made = []
    for item in page.products.raw_data:
        value = item["value"]
        status = value.get("status") or "planned"
        url = to_page.get(value.get("page") or 0) or to_file.get(value.get("document") or 0) or ""
        made.append(
            Product(value.get("title", ""), status, labels.get(status, ""), SHAPES.get(status, SHAPES["planned"]), url)
        )
    return made


# The parts of a group's page: what it set out to do, and what it keeps.
CHARTER = ("charter", "objectives", "agenda", "products")
SHELVES = ("documents", "pages")


def parts(shown: dict[str, Any], panels: Iterable[Shown], *, life_first: bool) -> list[tuple[str, str]]:
    """What "On this page" lists, as (anchor, words), in the order in which the page shows it.

    `shown` is what the page's template gets. Members come for what is new, others to learn what the group is for.
    """
    names = {
        "charter": _("Charter"),
        "objectives": _("Objectives"),
        "agenda": _("First-year agenda"),
        "products": _("Products"),
        "news": _("News"),
        "documents": _("Documents"),
        "pages": _("Pages"),
    }
    there = [(name, words) for name, words in names.items() if shown[name]]
    group, rest = _among(there, CHARTER), _among(there, SHELVES)
    life = [*((f"panel-{panel.name}", str(panel.title)) for panel in panels), *_among(there, ("news",))]
    return [*life, *group, *rest] if life_first else [*group, *life, *rest]


def _among(there: Iterable[tuple[str, str]], names: Iterable[str]) -> list[tuple[str, str]]:
    return [part for part in there if part[0] in names]


def way(page: GroupPage, near: Iterable[Near]) -> list[tuple[str, str]]:
    """The way to the group as (title, address), for the breadcrumbs."""
    above = [found for found in near if page.path.startswith(found.path) and found.path != page.path]
    above.sort(key=lambda found: found.path)
    return [(_("Home"), "/"), *((found.title, found.url) for found in above), (page.title, "")]

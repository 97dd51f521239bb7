"""Members who are mentioned by name. In the text a mention is a link to the profile, `[@Name](/members/7/)`: it stays
right when the name changes, and the topic's page shows the name of today.

Offered are only members who may see the board, and whom the directory lists.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from forums.models import BoardPage, Post
from portal.accounts.models import User
from portal.core import references
from portal.core.audiences import conditions_of
from portal.core.models import PageGate
from portal.core.references import Link
from portal.core.text import LINK_REL
from portal.core.viewer import Viewer

# Whoever mentions more is writing to a list, and the rest is not told.
MOST = 20
MOST_OFFERED = 8
LOOKED_AT = 40
LONGEST_NAME = 60
_MENTION = re.compile(rf'<a href="/members/([0-9]{{1,18}})/" rel="{LINK_REL}">@([^<]*)</a>')
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#|~!])")


def mentioned(html: str) -> list[int]:
    """The ids of the members whom a post mentions, each once, in the order of the text. `html` is a post's own."""
    return list(dict.fromkeys(int(found[1]) for found in _MENTION.finditer(html)))[:MOST]


def written(name: str, member_id: int) -> str:
    """A mention as it stands in the text."""
    return f"[@{plain(name)}](/members/{member_id}/)"


def plain(name: str) -> str:
    """A name as Markdown that means nothing but its letters."""
    return _SPECIAL.sub(r"\\\1", name)


def renamed(html: str, members: Mapping[str, Link]) -> str:
    """`html` with each mention under its name of today. Whom the reader may not look up is no link, but what was
    written."""
    if '<a href="/members/' not in html:
        return html

    def shown(found: "re.Match[str]") -> str:
        member = members.get(found[1])
        if member is None:
            return f"@{found[2]}"
        return f'<a class="mention" href="{escape(member.url)}">@{escape(member.title)}</a>'

    return _MENTION.sub(shown, html)


def forgotten(html: str, member_id: int) -> str:
    """`html` without the name of a member who is no more."""

    def shown(found: "re.Match[str]") -> str:
        return gettext("a former member") if int(found[1]) == member_id else found[0]

    return _MENTION.sub(shown, html)


def offered(typed: str, board: BoardPage, viewer: Viewer) -> list[tuple[int, str]]:
    """Members one of whose names begins with what was typed, and who may see the board: (id, name), three queries."""
    typed = " ".join(typed.split())[:LONGEST_NAME]
    if not typed:
        return []
    begun = Q(name__istartswith=typed) | Q(name__icontains=f" {typed}")
    found = readers(board).filter(begun).exclude(pk=viewer.user_id).order_by("name", "pk")
    ids = [str(pk) for pk in found.values_list("pk", flat=True)[:LOOKED_AT]]
    listed = references.resolve("member", ids, viewer)
    return [(int(pk), listed[pk].title) for pk in ids if pk in listed][:MOST_OFFERED]


def readers(board: BoardPage) -> Any:
    """The open accounts that satisfy every condition of the board's audience; administrators satisfy all."""
    key = PageGate.objects.filter(page=board.pk).values_list("audience__key", flat=True).first()
    open_accounts = User.objects.filter(is_active=True)
    if key is None or not board.live:
        return open_accounts.none()
    admitted = Q()
    for condition in conditions_of(key):
        if condition.groups:
            inside = User.groups.through.objects.filter(user=OuterRef("pk"), group__in=condition.groups)
            admitted &= Q(Exists(inside))
    return open_accounts.filter(Q(is_superuser=True) | admitted) if admitted else open_accounts


def readers_in(post: Post) -> list[int]:
    """The ids of those whom the post mentions and who may see it: nobody for one that is not shown."""
    ids = [pk for pk in mentioned(post.html) if pk != post.author_id]
    if not ids or post.hidden or post.held or post.topic.hidden:
        return []
    return list(readers(post.topic.board).filter(pk__in=ids).values_list("pk", flat=True))

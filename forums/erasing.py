"""What others have written keeps no name of an erased member: who was mentioned or quoted is "a former member" there.

Where the name stands it is a link to the profile, or to the post that is quoted, which says whose it is. What
somebody typed of a person by hand is that writer's own text.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django_tasks import task

from forums import mentions, services
from forums.models import Draft, Post, PostVersion, Topic
from portal.accounts.models import User, WaitingAccount
from portal.core.text import render_markdown

AT_ONCE = 200
_QUOTED = "/post/"
_LABEL = r"\[(?:\\.|[^\[\]\\\n])*\]"
# The line that `views_writing.quoted` puts above what it quotes, quoted again any number of times.
_ATTRIBUTION = re.compile(rf"^([> ]*){_LABEL}(\(/[^\s()]*{_QUOTED}([0-9]{{1,18}})/\):)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is no more, and which posts he or she wrote under that name."""

    pk: int
    posts: frozenset[int]

    def named_in(self, field: str) -> Q:
        """Rows whose `field` may name the member."""
        found = Q(**{f"{field}__contains": f"(/members/{self.pk}/"})
        return found | Q(**{f"{field}__contains": _QUOTED}) if self.posts else found

    def without(self, text: str) -> str:
        """`text` as Markdown, without the name."""
        link = re.compile(rf"{_LABEL}\(/members/{self.pk}/[^()\n]*\)")
        return _ATTRIBUTION.sub(self._attributed, link.sub(_("a former member"), text))

    def _attributed(self, found: "re.Match[str]") -> str:
        if int(found[3]) not in self.posts:
            return found[0]
        return f"{found[1]}[{_('%(name)s wrote') % {'name': _('A former member')}}]{found[2]}"


def begin(member: User) -> None:
    """Let a task take the name of `member`, who is about to be erased, out of what others have written.

    To be called in the transaction that erases. Nobody has seen an account that nobody had admitted yet.
    """
    if not WaitingAccount.objects.filter(user=member.pk).exists():
        own = Post.objects.filter(author=member.pk, withheld=False).order_by("pk")
        take_out.enqueue(member.pk, list(own.values_list("pk", flat=True)))


@task()
def take_out(member_id: int, post_ids: list[int]) -> int:
    """How many texts named the member. Safe to run twice."""
    erased = Erased(member_id, frozenset(post_ids))
    changed = _posts(erased) + _summaries(erased)
    return changed + _plain(PostVersion, erased) + _plain(Draft, erased)


def _posts(erased: Erased) -> int:
    return sum(_rewrite(topic_id, erased, pk) for pk, topic_id in _naming(Post, "body", "topic_id", erased))


@transaction.atomic
def _rewrite(topic_id: int, erased: Erased, pk: int) -> int:
    # The topic first, as everybody who writes there. Either may have gone since.
    list(Topic.objects.select_for_update().filter(pk=topic_id))
    post = Post.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if post is None:
        return 0
    body = erased.without(post.body)
    html = mentions.forgotten(render_markdown(body), erased.pk)
    Post.objects.filter(pk=pk).update(body=body, html=html)
    services.settle_all([post.topic_id])
    return 1


@transaction.atomic
def _summaries(erased: Erased) -> int:
    changed = []
    for pk, text in _naming(Topic, "summary", "summary", erased):
        summary = erased.without(text)
        html = mentions.forgotten(render_markdown(summary), erased.pk)
        changed += [pk] * Topic.objects.filter(pk=pk, summary=text).update(summary=summary, summary_html=html)
    if changed:
        services.settle_all(changed)
    return len(changed)


def _plain(model: type[Model], erased: Erased) -> int:
    """Texts that are kept as they were typed."""
    rows: Any = model._default_manager
    return sum(
        rows.filter(pk=pk, body=text).update(body=erased.without(text))
        for pk, text in _naming(model, "body", "body", erased)
    )


def _naming(model: type[Model], field: str, wanted: str, erased: Erased) -> list[tuple[int, Any]]:
    """The ids, and `wanted`, of the rows whose text names the member: one pass through the table, a part at a time."""
    rows: Any = model._default_manager.filter(erased.named_in(field)).order_by("pk")
    found: list[tuple[int, Any]] = []
    last = 0
    while part := list(rows.filter(pk__gt=last).values_list("pk", wanted, field)[:AT_ONCE]):
        last = part[-1][0]
        found += [(pk, value) for pk, value, text in part if erased.without(text) != text]
    return found

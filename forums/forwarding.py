"""A good answer is put forward: another room makes a term, a case or a tool of it, with credit and a link back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Concat

from forums.models import Post, PutForward
from portal.accounts.models import User
from portal.core import nominating, pagecache
from portal.core.nominating import Kind, Nomination
from portal.core.references import Link, Resolver
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer


@dataclass(slots=True)
class Forwarded:
    """What became of a post: the names of the kinds, and by kind what the viewer may see of it."""

    kinds: frozenset[str] = frozenset()
    links: dict[str, Link] = field(default_factory=dict)

    @property
    def shown(self) -> list[tuple[str, Link]]:
        """(kind in words, link) of what the viewer may see."""
        return [(str(kind.label), self.links[kind.name]) for kind in nominating.kinds() if kind.name in self.links]

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left that it could become."""
        return all(kind.name in self.kinds for kind in nominating.kinds())


@transaction.atomic
def put_forward(post: Post, kind: Kind, by: User, *, title: str, place: str) -> tuple[PutForward, bool]:
    """What became of the answer, and True; or what became of it before, and False. Raises RefusedError, and keeps
    nothing, where the room does not take it."""
    # Who puts the same answer forward at the same moment waits here.
    held = Post.objects.select_for_update(of=("self",)).select_related("topic__board", "author").get(pk=post.pk)
    earlier = PutForward.objects.filter(post=held, kind=kind.name).first()
    if earlier is not None:
        return earlier, False
    topic = held.topic
    nameless = held.author is None or held.withheld
    nomination = Nomination(
        title=title,
        text=held.body,
        place=place,
        source_title=topic.title,
        # It leads there wherever the topic is moved, or the post split off to, later.
        source_url=f"{page_url(topic.board)}post/{held.pk}/",
        credit="" if nameless or held.author is None else held.author.name,
        by=by,
    )
    made = PutForward.objects.create(post=held, kind=kind.name, key=kind.nominate(nomination), by=by)
    pagecache.bump()
    return made, True


def noted() -> Concat:
    """For queries of posts: what became of each as a text, a line with kind and key for each kind, or ""."""
    kept = PutForward.objects.filter(post=OuterRef("pk"))
    line = Concat(F("kind"), Value(" "), F("key"), Value("\n"), output_field=TextField())
    lines = [Subquery(kept.filter(kind=kind.name).values_list(line)) for kind in nominating.kinds()]
    return Concat(Value(""), *lines, output_field=TextField())


def keys_in(note: str) -> dict[str, str]:
    """The keys by kind that `noted` wrote."""
    return dict(line.split(" ", 1) for line in note.splitlines())


def keys_of(post: Post) -> dict[str, str]:
    """The keys, by kind, of what became of one post."""
    return dict(PutForward.objects.filter(post=post).values_list("kind", "key"))


def became_of(keys: Mapping[int, Mapping[str, str]], viewer: Viewer) -> dict[int, Forwarded]:
    """What became of posts, given the keys of each by kind, as far as the viewer may see it: a query of each room that
    can tell."""
    wanted: dict[Resolver, list[str]] = {}
    for kind in nominating.kinds():
        # Kinds that are pages are looked up together.
        found = [of_post[kind.name] for of_post in keys.values() if kind.name in of_post]
        wanted.setdefault(kind.links, []).extend(found)
    resolved = {resolver: resolver(some, viewer) for resolver, some in wanted.items() if some}
    return {post_id: Forwarded(frozenset(of_post), _links(of_post, resolved)) for post_id, of_post in keys.items()}


def _links(keys: Mapping[str, str], resolved: Mapping[Resolver, Mapping[str, Link]]) -> dict[str, Link]:
    shown = ((kind.name, resolved.get(kind.links, {}).get(keys.get(kind.name, ""))) for kind in nominating.kinds())
    return {name: link for name, link in shown if link is not None}

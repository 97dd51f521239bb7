"""A good answer is put forward: another room makes a term, a case or a tool of it, with credit and a link back."""

from collections.abc import Iterable

from django.db import transaction

from forums.models import Post, PutForward
from portal.accounts.models import User
from portal.core import nominating, pagecache
from portal.core.nominating import Kind, Nomination
from portal.core.references import Link
from portal.core.viewer import Viewer


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
    nameless = held.author is None or (topic.withheld and held.author_id == topic.author_id)
    nomination = Nomination(
        title=title,
        text=held.body,
        place=place,
        source_title=topic.title,
        source_url=held.url,
        credit="" if nameless or held.author is None else held.author.name,
        by=by,
    )
    made = PutForward.objects.create(post=held, kind=kind.name, key=kind.nominate(nomination), by=by)
    pagecache.bump()
    return made, True


def became_of(post_ids: Iterable[int], viewer: Viewer) -> dict[int, list[tuple[str, Link]]]:
    """(kind in words, link) of what became of each post, as far as the viewer may see it: one query, and one of each
    kind that there is."""
    found: dict[int, list[tuple[str, Link]]] = {}
    rows = list(PutForward.objects.filter(post__in=list(post_ids)).values_list("post_id", "kind", "key").order_by("pk"))
    for kind in nominating.kinds():
        links = kind.links([key for _post, name, key in rows if name == kind.name], viewer) if rows else {}
        for post_id, name, key in rows:
            if name == kind.name and key in links:
                found.setdefault(post_id, []).append((str(kind.label), links[key]))
    return found

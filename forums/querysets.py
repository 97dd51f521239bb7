"""How discussions are read: every read starts from what the viewer may see."""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from portal.core.closing import closed_above
from portal.core.viewer import Viewer
from portal.notifications.models import Watch
from taxonomy.models import Ancestry

if TYPE_CHECKING:
    from forums.models import Post, Topic  # noqa: F401 - named by the classes' bases


# A question without an answer that may still have one; `Topic.waits` says the same of one topic.
WAITS = Q(
    kind="question",
    hidden=False,
    locked=False,
    reply_count=0,
    accepted_count=0,
    duplicate_of=None,
    merged_into=None,
)


class Show(Enum):
    """Which questions a list holds; the values stand in the address."""

    ALL = "all"
    UNANSWERED = "unanswered"
    SOLVED = "solved"
    FOLLOWING = "following"


def _shown_to(viewer: Viewer, prefix: str = "") -> Q:
    """What is not hidden; and what is held (hidden until a moderator has seen it), for its author."""
    shown = Q(**{f"{prefix}hidden": False})
    if not viewer.is_member:
        return shown
    return shown | Q(**{f"{prefix}held": True, f"{prefix}author_id": viewer.user_id})


def below(paths: Sequence[str], name: str) -> Q:
    """Those whose tree path, at `name`, is that of one of the sections with these paths, or below it."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{name}__startswith": path})
    return found


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics, narrowed by who is looking."""

    def visible(self, viewer: Viewer, run_by: Sequence[str] = ()) -> Self:
        """Topics of live boards whose gate admits `viewer`; hidden ones for moderators only, held ones for authors too.

        `run_by`: the tree paths of the sections that the viewer runs (`sections.run_by`), where hidden ones are theirs
        to see. What was merged into another topic is no topic any more.
        """
        found = self.filter(board__live=True, board__gate__audience_id__in=viewer.audiences)
        if run_by and not viewer.is_moderator:
            return found.filter(_shown_to(viewer) | (below(run_by, "board__path") & Q(merged_into=None)))
        return found._shown_to(viewer)

    def _shown_to(self, viewer: Viewer) -> Self:
        """Narrowed by what is hidden. What was merged is hidden too, so it is asked for moderators alone; and not by
        `merged_into=None`, which has an index in which the database must not read the topics."""
        if viewer.is_moderator:
            return self.alias(heir=Coalesce("merged_into_id", Value(0), output_field=models.BigIntegerField())).filter(
                heir=0
            )
        return self.filter(_shown_to(viewer))

    def shown(self, viewer: Viewer) -> Self:
        """The visible ones that are hidden from nobody, so that what is counted is the same for all who see the board.

        What is held or merged is hidden too. Said in one word, because the index by which topics are counted knows
        nothing of authors.
        """
        return self.filter(board__live=True, board__gate__audience_id__in=viewer.audiences, hidden=False)

    def visible_in_order(self, viewer: Viewer) -> Self:
        """The same as `visible`, said so that the database reads topics in the order that is asked for, and asks of
        each whether it may be seen, until it has enough. Said the other way, SQLite reads all topics of every board
        and sorts them."""
        boards = self.model.board.field.related_model._default_manager.filter(live=True)
        seen = boards.filter(pk=OuterRef("board_id"), gate__audience_id__in=viewer.audiences)
        return self.filter(Exists(seen))._shown_to(viewer)

    def waiting(self) -> Self:
        """Questions that nobody has answered and that still may be. Other topics wait for nothing."""
        return self.filter(~closed_above("board__path"), WAITS)

    def below(self, first: str, last: str) -> Self:
        """Topics of the boards below a page: those with a path between `first` and `last` (`listings.paths_below`)."""
        return self.filter(board__path__gte=first, board__path__lte=last)

    def on_general_boards(self) -> Self:
        """Topics of the boards of the forums; the boards of working groups stand below their groups."""
        from forums.models import ForumIndexPage

        return self.filter(board__path__startswith=Subquery(ForumIndexPage.objects.order_by("path").values("path")[:1]))

    def solved(self) -> Self:
        return self.filter(accepted_count__gt=0)

    def about(self, concept_id: int) -> Self:
        """Those with this concept or with a narrower one."""
        narrower = Ancestry.objects.filter(ancestor=concept_id).values("concept")
        tagged = self.model.concepts.through._default_manager.filter(Q(concept=concept_id) | Q(concept__in=narrower))
        return self.filter(pk__in=tagged.values("topic"))

    def followed_by(self, viewer: Viewer) -> Self:
        """Those that the member follows; a visitor follows nothing."""
        if viewer.user_id is None:
            return self.none()
        watched = Watch.objects.active().filter(member=viewer.user_id, kind="topic")
        return self.filter(pk__in=watched.values_list(Cast("key", models.BigIntegerField())))

    def newest_activity(self) -> Self:
        return self.order_by("-last_post_at", "-pk")

    def counted(self) -> Self:
        """Adds what the counters should say, read from the posts: `real_posts`, `real_replies`, `real_accepted` and
        `real_last`."""
        posts = self.model.posts.rel.related_model._default_manager.filter(topic=OuterRef("pk")).order_by()
        shown = posts.filter(hidden=False)

        def tally(rows: models.QuerySet[Any], value: Any) -> Subquery:
            return Subquery(rows.values("topic").annotate(value=value).values("value"))

        return self.annotate(
            real_posts=Coalesce(tally(posts, Count("pk")), Value(0)),
            real_replies=Coalesce(tally(shown.filter(position__gt=1), Count("pk")), Value(0)),
            real_accepted=Coalesce(tally(shown.filter(accepted_at__isnull=False), Count("pk")), Value(0)),
            real_last=Coalesce(tally(shown, Max("created_at")), F("created_at")),
        )

    def miscounted(self) -> Self:
        """Topics whose counters do not say what their posts say, or that do not stand in the tally of their board as
        they should."""
        shown_on = Case(When(hidden=True, then=Value(0)), default=F("board_id"), output_field=models.BigIntegerField())
        return self.counted().exclude(
            post_count=F("real_posts"),
            reply_count=F("real_replies"),
            accepted_count=F("real_accepted"),
            last_post_at=F("real_last"),
            tallied_on=shown_on,
            tallied_waiting=Case(When(WAITS, then=Value(True)), default=Value(False)),
        )


class PostQuerySet(models.QuerySet["Post"]):
    """Posts, narrowed by who is looking."""

    def visible(self, viewer: Viewer, run_by: Sequence[str] = ()) -> Self:
        """Posts of visible topics; hidden ones for moderators only and, in the sections with the tree paths `run_by`,
        for who runs them; held ones for authors too."""
        found = self.filter(topic__board__live=True, topic__board__gate__audience_id__in=viewer.audiences)
        if viewer.is_moderator:
            return found
        shown = _shown_to(viewer) & _shown_to(viewer, "topic__")
        return found.filter(shown | below(run_by, "topic__board__path") if run_by else shown)

    def shown(self, viewer: Viewer) -> Self:
        """The visible ones that are hidden from nobody."""
        found = self.filter(topic__board__live=True, topic__board__gate__audience_id__in=viewer.audiences)
        return found.filter(hidden=False, topic__hidden=False)

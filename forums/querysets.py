"""How discussions are read: every read starts from what the viewer may see."""

from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from portal.core.models import ClosedSection
from portal.core.viewer import Viewer

if TYPE_CHECKING:
    from forums.models import Post, Topic  # noqa: F401 - named by the classes' bases


class Show(Enum):
    """Which questions a board lists; the values stand in the address."""

    ALL = "all"
    UNANSWERED = "unanswered"
    SOLVED = "solved"


def _shown_to(viewer: Viewer, prefix: str = "") -> Q:
    """What is not hidden; and what is held (hidden until a moderator has seen it), for its author."""
    shown = Q(**{f"{prefix}hidden": False})
    if not viewer.is_member:
        return shown
    return shown | Q(**{f"{prefix}held": True, f"{prefix}author_id": viewer.user_id})


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics, narrowed by who is looking."""

    def visible(self, viewer: Viewer) -> Self:
        """Topics of live boards whose gate admits `viewer`; hidden ones for moderators only, held ones for authors too.

        What was merged into another topic is no topic any more.
        """
        found = self.filter(board__live=True, board__gate__audience_id__in=viewer.audiences, merged_into=None)
        return found if viewer.is_moderator else found.filter(_shown_to(viewer))

    def waiting(self) -> Self:
        """Questions that nobody has answered and that still may be."""
        path = ExpressionWrapper(OuterRef("board__path"), output_field=models.CharField())
        closed = ClosedSection.objects.alias(asked=path).filter(asked__startswith=F("path"))
        return self.filter(~Exists(closed), reply_count=0, accepted_post=None, locked=False, hidden=False)

    def below(self, first: str, last: str) -> Self:
        """Topics of the boards below a page: those with a path between `first` and `last` (`listings.paths_below`)."""
        return self.filter(board__path__gte=first, board__path__lte=last)

    def on_general_boards(self) -> Self:
        """Topics of the boards of the forums; the boards of working groups stand below their groups."""
        from forums.models import ForumIndexPage

        return self.filter(board__path__startswith=Subquery(ForumIndexPage.objects.order_by("path").values("path")[:1]))

    def solved(self) -> Self:
        return self.exclude(accepted_post=None)

    def on_board(self, board_id: int, show: Show) -> Self:
        """Those of one board that `show` asks for, in the board's order."""
        found = self.filter(board=board_id)
        if show is Show.UNANSWERED:
            found = found.waiting()
        elif show is Show.SOLVED:
            found = found.solved()
        return found.order_by("-pinned", "-last_post_at", "-pk")

    def newest_activity(self) -> Self:
        return self.order_by("-last_post_at", "-pk")

    def counted(self) -> Self:
        """Adds what the counters should say (`real_posts`, `real_replies`, `real_last`), read from the posts."""
        posts = self.model.posts.rel.related_model._default_manager.filter(topic=OuterRef("pk")).order_by()
        shown = posts.filter(hidden=False)

        def tally(rows: models.QuerySet[Any], value: Any) -> Subquery:
            return Subquery(rows.values("topic").annotate(value=value).values("value"))

        return self.annotate(
            real_posts=Coalesce(tally(posts, Count("pk")), Value(0)),
            real_replies=Coalesce(tally(shown.filter(position__gt=1), Count("pk")), Value(0)),
            real_last=Coalesce(tally(shown, Max("created_at")), F("created_at")),
        )

    def miscounted(self) -> Self:
        """Topics whose counters do not say what their posts say."""
        return self.counted().exclude(
            Q(post_count=F("real_posts")) & Q(reply_count=F("real_replies")) & Q(last_post_at=F("real_last"))
        )


class PostQuerySet(models.QuerySet["Post"]):
    """Posts, narrowed by who is looking."""

    def visible(self, viewer: Viewer) -> Self:
        """Posts of visible topics; hidden ones for moderators only, held ones for authors too."""
        found = self.filter(topic__board__live=True, topic__board__gate__audience_id__in=viewer.audiences)
        return found if viewer.is_moderator else found.filter(_shown_to(viewer), _shown_to(viewer, "topic__"))

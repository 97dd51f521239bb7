"""A member is asked by name to answer a question: only who may read it, once, and not too many a day."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import AskedToAnswer, Topic
from portal.accounts.models import User
from portal.core.viewer import Viewer, viewer_for
from portal.notifications import services as notifications
from portal.notifications import verbs
from portal.notifications.verbs import Notice, Said

VERB = "forums.asked"
ASKED_A_DAY = 5
ASKED_FOR_A_TOPIC = 6
DAY = timedelta(days=1)


class EnoughError(Exception):
    """Nobody else may be asked now; it says why in a sentence."""


def has_asked_enough(topic: Topic, by: User) -> str:
    """A sentence for a member who may ask nobody else now; "" for all others."""
    asked = AskedToAnswer.objects.filter(by=by, at__gt=timezone.now() - DAY).count()
    if asked >= ASKED_A_DAY:
        return _("You have asked %(number)d people today. Ask others tomorrow.") % {"number": asked}
    if AskedToAnswer.objects.filter(topic=topic).count() >= ASKED_FOR_A_TOPIC:
        return _("Enough people have been asked to answer this question.")
    return ""


def may_be_asked(topic: Topic, member: User, by: User) -> bool:
    """Members who can read the topic, but for who asks, and for its author unless nobody is to learn who that is."""
    author = None if topic.withheld else topic.author_id
    known = member.is_active and member.pk not in {by.pk, author}
    return known and Topic.objects.visible(viewer_for(member)).filter(pk=topic.pk).exists()


@transaction.atomic
def ask(topic: Topic, member: User, by: User) -> bool:
    """Tell `member` that `by` hopes for an answer. False if the member has been asked before. Raises EnoughError."""
    # Whoever asks for the same topic, or twice at once, waits here: what is counted next is all there is. The account
    # first, as whoever hides all that a member wrote.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    Topic.objects.select_for_update().get(pk=topic.pk)
    if enough := has_asked_enough(topic, by):
        raise EnoughError(enough)
    asked, made = AskedToAnswer.objects.get_or_create(topic=topic, member=member, defaults={"by": by})
    if made:
        notifications.tell(VERB, about=topic.pk, key=str(asked.pk), recipients=[member.pk], actor=by.pk)
    return made


def _say(notice: Notice, viewer: Viewer) -> Said | None:
    topic = Topic.objects.shown(viewer).filter(pk=notice.about).select_related("board").first()
    if topic is None:
        return None
    sentence = _("%(name)s asks you to answer: %(title)s") % {"name": _who(topic, notice), "title": topic.title}
    return Said(sentence, topic.url)


def _who(topic: Topic, notice: Notice) -> str:
    if topic.withheld and notice.actor_id == topic.author_id:
        return _("Who asked, with the name withheld,")
    found = User.objects.filter(pk=notice.actor_id).values_list("name", flat=True).first() if notice.actor_id else None
    return found or _("A former member")


verbs.register(
    verbs.Verb(
        name=VERB,
        label=gettext_lazy("Somebody asks me to answer a question"),
        group=gettext_lazy("Forums"),
        say=_say,
        things=Topic.objects.shown,
    )
)

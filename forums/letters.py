"""The mail that tells an asker of an answer."""

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from forums.models import Post, Topic
from portal.core import letters
from portal.core.models import Letter
from portal.core.text import plain_text
from portal.core.viewer import viewer_for

ANSWER = "forum-answer"
EXCERPT = 600


def owe_answer(post: Post, asker_id: int) -> bool:
    """Owe the asker a mail about `post`. False if it was owed before."""
    return letters.owe(ANSWER, str(post.pk), recipient=asker_id, about=post.pk)


def compose_answer(letter: Letter) -> EmailMultiAlternatives | None:
    """The mail, or None if the asker may no longer see the topic, or the answer has been hidden since."""
    if letter.recipient is None or letter.about is None:
        return None
    post = Post.objects.select_related("topic__board", "author").filter(pk=letter.about).first()
    if post is None or post.hidden or post.topic.hidden:
        return None
    if not Topic.objects.visible(viewer_for(letter.recipient)).filter(pk=post.topic_id).exists():
        return None
    words = plain_text(post.html)
    return letters.compose(
        letter,
        subject=_("An answer to your question: %(title)s") % {"title": post.topic.title},
        template="forums/email/answer",
        context={
            "asker": letter.recipient.get_short_name(),
            "author": None if post.withheld else post.author,
            "topic": post.topic,
            "excerpt": words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …",
            "path": post.url,
        },
    )


letters.register(ANSWER, compose_answer)

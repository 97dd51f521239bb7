"""What acts and outcomes are called, to those whom they concern and to moderators."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.moderation.models import Act, Case

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What whom it concerns is told of each act; "%s" is what the topic is called.
_SENTENCES: dict[str, "StrOrPromise"] = {
    "forums.approve": gettext_lazy("What you wrote on “%s” can be seen now."),
    "forums.reject": gettext_lazy("A moderator has not approved what you wrote on “%s”."),
    "forums.put_back": gettext_lazy("A moderator has not approved your edit on “%s”: what you wrote before is shown."),
    "forums.hide": gettext_lazy("A moderator has hidden what you wrote on “%s”."),
    "forums.show": gettext_lazy("A moderator shows again what you wrote on “%s”."),
    "forums.lock": gettext_lazy("A moderator has closed “%s” to answers."),
    "forums.unlock": gettext_lazy("A moderator has opened “%s” to answers again."),
    "forums.move": gettext_lazy("A moderator has moved “%s” to another board."),
    "forums.edit": gettext_lazy("A moderator has edited what you wrote on “%s”."),
    "forums.split": gettext_lazy("A moderator has made a topic of its own of some answers to “%s”."),
    "forums.merge": gettext_lazy("A moderator has put “%s” and its answers into another topic."),
    "member.warning": gettext_lazy("A moderator warns you: please read the guidelines."),
    "member.suspension": gettext_lazy("A moderator has suspended you: you can read, and not write for a while."),
    "member.ban": gettext_lazy("A moderator has closed your account."),
    "member.purge": gettext_lazy("A moderator has hidden what you wrote, and suspended you."),
}

# The same for those who did not write it, but whose words went along. They may not see that topic any more, so it does
# not say what it is called.
_TO_OTHERS: dict[str, "StrOrPromise"] = {
    "forums.move": gettext_lazy("A moderator has moved a topic in which you wrote to another board."),
    "forums.split": gettext_lazy("A moderator has put what you wrote into a topic of its own."),
    "forums.merge": gettext_lazy("A moderator has put a topic in which you wrote into another topic."),
}


def outcome(act: Act, member_id: int) -> str:
    """One sentence for a member whom the act concerns."""
    sentences = _SENTENCES if member_id == act.member_id else _TO_OTHERS
    sentence = str(sentences.get(act.name, gettext_lazy("A moderator has done something with what you wrote.")))
    said = sentence % act.title if "%s" in sentence else sentence
    return _("Taken back: %s") % said if act.undone_at else said


def settled(case: Case) -> str:
    """What came of a case, for its reporters: what was done to somebody else is not theirs to know."""
    if case.outcome in {Case.Outcome.ACTED, Case.Outcome.REJECTED}:
        return _("a moderator has looked at it and done something about it.")
    return _("a moderator has looked at it, and nothing had to be done.")

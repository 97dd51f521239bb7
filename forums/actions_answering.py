"""The buttons of the members beside the posts: what helped, what is out of date, who has the same problem.
Called by `forums.actions`, which has found the topic or post, and knows that a member asks by POST."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from forums import access, helping, keeping
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.accounts.signing_in import member_of
from portal.core.viewer import viewer_of

TopicAct = Callable[[HttpRequest, Topic], HttpResponse]
PostAct = Callable[[HttpRequest, Post], HttpResponse]


def _pressed_on_topic(press: Callable[[Topic, User], bool]) -> TopicAct:
    def act(request: HttpRequest, topic: Topic) -> HttpResponse:
        access.check_be_affected(viewer_of(request), topic)
        press(topic, member_of(request))
        return redirect(topic.url)

    return act


def _pressed_on_post(press: Callable[[Post, User], bool]) -> PostAct:
    def act(request: HttpRequest, post: Post) -> HttpResponse:
        access.check_be_helped(viewer_of(request), post)
        press(post, member_of(request))
        return redirect(post.url)

    return act


def _unduplicate(request: HttpRequest, topic: Topic) -> HttpResponse:
    access.check_accept(request, topic)
    keeping.unmark_duplicate(topic)
    return redirect(topic.url)


def _outdated(request: HttpRequest, post: Post) -> HttpResponse:
    access.check_answer(viewer_of(request), post.topic)
    keeping.say_outdated(post)
    return redirect(post.url)


def _current(request: HttpRequest, post: Post) -> HttpResponse:
    access.check_say_current(request, post)
    keeping.say_current(post)
    return redirect(post.url)


TOPIC_ACTS: dict[str, TopicAct] = {
    "unduplicate": _unduplicate,
    "affected": _pressed_on_topic(helping.affected),
    "unaffected": _pressed_on_topic(helping.not_affected),
}
POST_ACTS: dict[str, PostAct] = {
    "outdated": _outdated,
    "current": _current,
    "helped": _pressed_on_post(helping.helped),
    "unhelped": _pressed_on_post(helping.not_helped),
}

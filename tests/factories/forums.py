"""Boards, topics and posts for tests. Topics and answers go through the services, as in life."""

from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from wagtail.models import Page

from forums import files, services
from forums.accepting import accepted
from forums.models import Attachment, BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from portal.home.models import HomePage


class ForumIndexFactory(factory.django.DjangoModelFactory):
    """The forum index, made once."""

    class Meta:
        model = ForumIndexPage

    title = "Forums"
    slug = "forums"

    @classmethod
    def _create(cls, model_class: type[ForumIndexPage], *args: Any, **kwargs: Any) -> ForumIndexPage:
        return ForumIndexPage.objects.first() or _below(HomePage.objects.get(), ForumIndexPage(**kwargs))


class BoardFactory(factory.django.DjangoModelFactory):
    """A public board below the forum index."""

    class Meta:
        model = BoardPage

    title = factory.Sequence(lambda number: f"Board {number}")
    slug = factory.LazyAttribute(lambda board: slugify(board.title))
    summary = "What this board is for."

    @classmethod
    def _create(cls, model_class: type[BoardPage], *args: Any, **kwargs: Any) -> BoardPage:
        return _below(ForumIndexFactory(), BoardPage(**kwargs))


class TopicFactory(factory.django.DjangoModelFactory):
    """A question, asked through the service."""

    class Meta:
        model = Topic

    board = factory.SubFactory(BoardFactory)
    author = None
    title = factory.Sequence(lambda number: f"How did you price service {number}?")
    body = "Half of the customers do not use it."

    @classmethod
    def _create(cls, model_class: type[Topic], *args: Any, **kwargs: Any) -> Topic:
        hidden = kwargs.pop("hidden", False)
        topic, _created = services.ask(kwargs.pop("board"), kwargs.pop("author"), **kwargs)
        if hidden:
            Topic.objects.filter(pk=topic.pk).update(hidden=True)
            services.settle(topic)
        topic.refresh_from_db()
        return topic


class PostFactory(factory.django.DjangoModelFactory):
    """An answer, written through the service; nobody is mailed unless `tell`."""

    class Meta:
        model = Post

    topic = factory.SubFactory(TopicFactory)
    author = None
    body = factory.Sequence(lambda number: f"We charged for use number {number}.")
    tell = False

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        post, _created = services.answer(kwargs.pop("topic"), kwargs.pop("author"), **kwargs)
        return post


def attached(
    post: Post | None, author: User, name: str = "prices.txt", content: bytes = b"What a case costs."
) -> Attachment:
    """A file of `author` beside `post`, or not posted yet."""
    made = files.keep(author, accepted(SimpleUploadedFile(name, content)))
    if post is not None:
        files.attach(post, [*post.attachments.all(), made])
    return Attachment.objects.get(pk=made.pk)


def _below(parent: Page, page: Any) -> Any:
    parent.add_child(instance=page)
    return type(page).objects.get(pk=page.pk)

"""The forums' tables: the index and the boards are pages; topics and posts are what members produce in volume."""

from forums.models.boards import BoardPage, BoardTally, ForumIndexPage
from forums.models.taking_part import Affected, AskedToAnswer, CaughtUp, Helped, PutForward, ReadMark
from forums.models.topics import (
    BODY_LENGTH,
    POSTS_PER_PAGE,
    TITLE_LENGTH,
    Post,
    PostVersion,
    Topic,
    post_url,
    shown_name,
    topic_url,
)
from forums.models.writing import Attachment, AttachmentText, Draft

__all__ = [
    "BODY_LENGTH",
    "POSTS_PER_PAGE",
    "TITLE_LENGTH",
    "Affected",
    "AskedToAnswer",
    "Attachment",
    "AttachmentText",
    "BoardPage",
    "BoardTally",
    "CaughtUp",
    "Draft",
    "ForumIndexPage",
    "Helped",
    "Post",
    "PostVersion",
    "PutForward",
    "ReadMark",
    "Topic",
    "post_url",
    "shown_name",
    "topic_url",
]

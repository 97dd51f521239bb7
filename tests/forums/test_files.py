"""Files beside posts: what is taken, who gets it, how it is sent, and that it goes with its post."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from django.test import Client
from django.utils import timezone
from PIL import Image, PngImagePlugin

from forums import files, moderation, services
from forums.accepting import LONGEST_SIDE, accepted, named
from forums.models import Attachment, BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.text import render_markdown, sanitise
from tests.factories.documents import docx, pdf, xlsx
from tests.factories.forums import PostFactory, TopicFactory, attached
from tests.factories.members import picture

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
OFFICE = "application/vnd.openxmlformats-officedocument"
QUESTION = {"title": "How did you price it?", "body": "Half of the customers do not use it."}


@pytest.fixture(autouse=True)
def _kept_in(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def is_kept(file: Attachment) -> bool:
    return file.file.storage.exists(str(file.file.name))


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def archive(**entries: bytes) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


# What is taken


@pytest.mark.parametrize(
    ("name", "content", "kept", "media_type"),
    [
        ("Prices 2026.PDF", pdf("Prices"), "Prices 2026.pdf", "application/pdf"),
        ("prices.docx", docx("Prices"), "prices.docx", f"{OFFICE}.wordprocessingml.document"),
        ("prices.xlsx", xlsx(("a", 1)), "prices.xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        ("prices.csv", "Größe;1\n".encode(), "prices.csv", "text/csv; charset=utf-8"),
        ("photo.jpeg", picture(form="JPEG").getvalue(), "photo.jpg", "image/jpeg"),
        ("photo.gif", picture(form="GIF").getvalue(), "photo.png", "image/png"),
        ("called.jpg", picture(form="PNG").getvalue(), "called.png", "image/png"),
        ("photo.webp", picture(form="WEBP").getvalue(), "photo.webp", "image/webp"),
    ],
)  # fmt: skip
def test_it_is_kept_as_what_its_content_is(name: str, content: bytes, kept: str, media_type: str) -> None:
    taken = accepted(upload(name, content))
    assert (taken.name, taken.media_type) == (kept, media_type)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.html", b"<script>alert(1)</script>", "files of this kind are not taken"),
        ("drawing.svg", b"<svg onload='alert(1)'/>", "files of this kind are not taken"),
        ("archive.zip", archive(a_txt=b"x"), "files of this kind are not taken"),
        ("program.exe", b"MZ\x90", "files of this kind are not taken"),
        ("nothing", b"x", "files of this kind are not taken"),
        ("page.pdf", b"<script>alert(1)</script>", "not what its name says"),
        ("page.png", b"<svg onload='alert(1)'/>", "no picture"),
        ("page.docx", archive(a_txt=b"x"), "not what its name says"),
        ("macros.docx", archive(word__document_xml=b"x", word__vbaProject_bin=b"x"), "not what its name says"),
        ("text.txt", b"\x00\x01", "not what its name says"),
        ("text.txt", pdf("x"), "not what its name says"),
        ("empty.txt", b"", "the file is empty"),
        ("broken.png", picture((300, 300)).getvalue()[:-60], "damaged"),
    ],
)
def test_what_is_not_taken_is_said_in_a_sentence_with_its_name(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence) as refused:
        accepted(upload(name, content))
    assert named(name)[0] in refused.value.messages[0]


def test_a_file_may_be_as_large_as_the_setting_says_and_no_larger(settings: Any) -> None:
    settings.FORUM_FILE_SIZE = 10
    assert accepted(upload("a.txt", b"x" * 10)).content == b"x" * 10
    with pytest.raises(ValidationError, match="larger than"):
        accepted(upload("a.txt", b"x" * 11))


def test_nothing_but_the_points_of_a_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CanaryCam"
    for form in ("JPEG", "WEBP"):
        source = picture((80, 60), form, exif=exif, xmp=b"<x>CanaryXmp</x>").getvalue()
        assert b"Canary" in source
        assert b"Canary" not in accepted(upload(f"a.{form.lower()}", source)).content
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "CanaryNote")
    assert b"Canary" not in accepted(upload("a.png", picture((80, 60), pnginfo=note).getvalue() + b"Canary")).content


def test_large_pictures_are_made_smaller_and_bombs_are_refused(settings: Any) -> None:
    taken = accepted(upload("wide.png", picture((LONGEST_SIDE * 2, 100)).getvalue()))
    assert Image.open(BytesIO(taken.content)).size == (LONGEST_SIDE, 50)
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 10_000
    with pytest.raises(ValidationError, match="million pixels"):
        accepted(upload("bomb.png", picture((200, 100)).getvalue()))


def test_what_is_transparent_stays_so() -> None:
    written = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    shown = Image.open(BytesIO(accepted(upload("a.png", written.getvalue())).content))
    assert shown.convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "stem", "ending"),
    [
        ("../../etc/passwd.txt", "passwd", "txt"),
        ("C:\\Users\\me\\plan.PDF", "plan", "pdf"),
        ('a"<script>\r\n.csv', "a-script-", "csv"),
        ("invoice\u202efdp.exe", "invoice-fdp", "exe"),
        (".htaccess", "file", "htaccess"),
        ("Größe (neu).txt", "Größe (neu)", "txt"),
        ("予算.xlsx", "予算", "xlsx"),
        ("x" * 500 + ".txt", "x" * 150, "txt"),
        ("\U00010400" * 200 + ".txt", "\U00010400" * 37, "txt"),
    ],
)
def test_names_are_cleaned(name: str, stem: str, ending: str) -> None:
    assert (named(name)[0].strip("-"), named(name)[1]) == (stem.strip("-"), ending)


# With a post


def test_files_go_with_a_question_and_are_listed_under_it(board: BoardPage, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    sent = [upload("prices.txt", b"1"), upload("photo.png", picture().getvalue())]
    answer = client.post("/forums/finance/new/", {**QUESTION, "files": sent, "attaching": "1"})
    assert answer.status_code == 302
    assert list(Post.objects.get().attachments.order_by("pk").values_list("name", flat=True)) == [
        "prices.txt",
        "photo.png",
    ]
    text = client_of(None).get(answer["Location"]).content.decode()
    assert all(found.url in text for found in Attachment.objects.all())


def test_files_are_kept_whatever_is_wrong_with_the_text_and_wait_as_boxes(
    board: BoardPage, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    sent = {"title": "", "body": "Words", "files": [upload("a.txt", b"1"), upload("b.txt", b"2")]}
    text = client.post("/forums/finance/new/", sent).content.decode()
    kept = list(Attachment.objects.order_by("pk"))
    assert all(f'value="{file.key}"' in text for file in kept)
    # One box is no longer ticked.
    client.post("/forums/finance/new/", {**QUESTION, "attached": [kept[1].key]})
    assert [file.name for file in Post.objects.get().attachments.all()] == ["b.txt"]


def test_what_is_not_taken_is_said_above_the_form_and_nothing_is_posted(
    board: BoardPage, member: User, client_of: ClientOf
) -> None:
    sent = {**QUESTION, "files": [upload("page.html", b"<b>"), upload("a.txt", b"1")]}
    text = client_of(member).post("/forums/finance/new/", sent).content.decode()
    assert "page.html: files of this kind are not taken" in text
    assert not Topic.objects.exists()
    assert Attachment.objects.get().name == "a.txt"


def test_an_answer_sent_twice_has_its_files_once(topic: Topic, other_member: User, client_of: ClientOf) -> None:
    client = client_of(other_member)
    file = attached(None, other_member)
    sent = {"body": "As we did.", "token": "t" * 20, "attached": [file.key]}
    for _twice in range(2):
        assert client.post(f"/forums/finance/topic/{topic.pk}/answer/", sent).status_code == 302
    assert list(Post.objects.get(position=2).attachments.values_list("key", flat=True)) == [file.key]


def test_nobody_posts_a_file_of_somebody_else_or_one_that_is_posted(
    topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    foreign = attached(None, member)
    own = attached(PostFactory(topic=topic, author=other_member), other_member)
    sent = {"body": "Mine now.", "attached": [foreign.key, own.key, "\0", "x" * 99]}
    assert client_of(other_member).post(f"/forums/finance/topic/{topic.pk}/answer/", sent).status_code == 302
    assert not Post.objects.order_by("pk").last().attachments.exists()  # type: ignore[union-attr]


def test_editing_adds_and_takes_away_and_a_form_without_the_part_changes_nothing(
    topic: Topic, member: User, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    post = topic.posts.get()
    old, stays = attached(post, member, "old.txt"), attached(post, member, "stays.txt")
    client, url = client_of(member), f"/forums/finance/post/{post.pk}/edit/"
    assert f'value="{old.key}"' in client.get(url).content.decode()
    edited = {"title": topic.title, "body": post.body}
    client.post(url, edited)
    assert post.attachments.count() == 2
    sent = {**edited, "attaching": "1", "attached": [stays.key], "files": [upload("new.txt", b"1")]}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, sent).status_code == 302
    assert [file.name for file in post.attachments.order_by("pk")] == ["stays.txt", "new.txt"]
    assert not is_kept(old)


def test_number_and_quota_are_bounded(topic: Topic, member: User, client_of: ClientOf, settings: Any) -> None:
    client, url = client_of(member), "/forums/finance/files/"
    settings.FORUM_FILES_A_POST = 2
    answer = client.post(url, {"files": [upload(f"{at}.txt", b"12345") for at in range(3)]})
    assert [found["name"] for found in answer.json()["files"]] == ["0.txt", "1.txt"]
    assert answer.json()["problems"] == ["A post may have 2 files."]
    settings.FORUM_FILES_A_MEMBER = 12
    answer = client.post(url, {"files": [upload("3.txt", b"12345")]})
    assert answer.status_code == 400
    assert "Take away some" in answer.json()["problems"][0]
    assert Attachment.objects.count() == 2


# Who gets it, and how


@pytest.fixture
def everybody(
    member: User, other_member: User, group_member: User, lead: User, editor: User, moderator: User
) -> dict[str, User | None]:
    return {
        "visitor": None,
        "author": member,
        "member": other_member,
        "group member": group_member,
        "lead": lead,
        "editor": editor,
        "moderator": moderator,
    }


def who_gets(file: Attachment, people: dict[str, User | None], client_of: ClientOf) -> set[str]:
    statuses = {name: client_of(user).get(file.url).status_code for name, user in people.items()}
    assert set(statuses.values()) <= {200, 404}
    return {name for name, status in statuses.items() if status == 200}


def test_a_file_is_for_whoever_sees_its_post(
    topic: Topic,
    private_topic: Topic,
    group_member: User,
    member: User,
    everybody: dict[str, User | None],
    client_of: ClientOf,
) -> None:
    public, private = attached(topic.posts.get(), member), attached(private_topic.posts.get(), group_member)
    assert who_gets(public, everybody, client_of) == set(everybody)
    assert who_gets(private, everybody, client_of) == {"group member", "lead"}


def test_before_it_is_posted_a_file_is_for_nobody_but_who_sent_it(
    member: User, everybody: dict[str, User | None], client_of: ClientOf
) -> None:
    assert who_gets(attached(None, member), everybody, client_of) == {"author"}


@pytest.mark.parametrize("how", ["hidden post", "hidden topic", "held post"])
def test_a_file_of_what_is_hidden_or_held_is_for_moderators_and_its_author(
    how: str, topic: Topic, member: User, everybody: dict[str, User | None], client_of: ClientOf
) -> None:
    file = attached(topic.posts.get(), member)
    if how == "hidden topic":
        Topic.objects.update(hidden=True)
    else:
        # What is held is hidden too.
        Post.objects.update(hidden=True, held=how == "held post")
    assert who_gets(file, everybody, client_of) == {"author", "moderator"}
    answer = client_of(member).get(file.url)
    assert answer["Cache-Control"] == "private, no-store"


def test_a_topic_that_moves_takes_the_privacy_of_its_files_along(
    topic: Topic,
    private_board: BoardPage,
    member: User,
    moderator: User,
    everybody: dict[str, User | None],
    client_of: ClientOf,
) -> None:
    file = attached(topic.posts.get(), member)
    moderation.move(topic, private_board, moderator, "A reason.")
    assert who_gets(file, everybody, client_of) == {"group member", "lead"}
    assert client_of(everybody["lead"]).get(file.url)["Cache-Control"] == "private, no-store"


def test_how_files_are_sent(topic: Topic, member: User, visitor_client: Client) -> None:
    post = topic.posts.get()
    text = visitor_client.get(attached(post, member, "a b.txt", b"<script>alert(1)</script>").url)
    shown = visitor_client.get(attached(post, member, "a.png", picture().getvalue()).url)
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert text["Content-Disposition"].startswith("attachment; filename=")
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"].startswith("inline")
    for answer in (text, shown):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "public, no-cache"
    assert visitor_client.get(attached(post, member).url.replace("prices", "other")).status_code == 404


# In the text


def test_a_picture_of_the_portal_may_stand_in_a_text_and_no_other(topic: Topic, member: User) -> None:
    file = files.row_of(attached(topic.posts.get(), member, "My [new] photo (1).png", picture().getvalue()))
    laid_out = render_markdown(file.markdown)
    assert laid_out == f'<p><img src="{file.url}" alt="My -new- photo (1).png"></p>\n'
    assert sanitise(laid_out) == laid_out
    for address in ("https://evil.example/a.png", f"//evil.example{file.url}", f"{file.url}?x", "/admin/logout/"):
        assert "<img" not in render_markdown(f"![words]({address})")
        assert sanitise(f'<p><img src="{address}" alt="words" onerror="alert(1)"></p>') == "<p></p>"


# How they go


def test_files_go_with_their_post_and_a_rollback_keeps_them(
    topic: Topic, member: User, django_capture_on_commit_callbacks: Any
) -> None:
    file = attached(topic.posts.get(), member)
    with django_capture_on_commit_callbacks(execute=False):
        Topic.objects.filter(pk=topic.pk).delete()
    assert is_kept(file)
    other = attached(TopicFactory(author=member).posts.get(), member)
    with django_capture_on_commit_callbacks(execute=True):
        Post.objects.filter(pk=str(other.post_id)).delete()
    assert not is_kept(other)
    assert not Attachment.objects.exists()


def test_files_of_an_erased_member_stay_with_the_answer(topic: Topic, other_member: User) -> None:
    file = attached(PostFactory(topic=topic, author=other_member), other_member)
    other_member.delete()
    file.refresh_from_db()
    assert file.author_id is None
    assert is_kept(file)


def test_what_was_not_posted_within_a_day_is_forgotten(
    topic: Topic, member: User, django_capture_on_commit_callbacks: Any
) -> None:
    old, fresh, posted = attached(None, member), attached(None, member), attached(topic.posts.get(), member)
    Attachment.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert files.forget_unposted() == 1
        assert files.forget_unposted() == 0
    assert set(Attachment.objects.all()) == {fresh, posted}
    assert not is_kept(old)


def test_attaching_what_is_attached_says_false(topic: Topic, member: User) -> None:
    post = topic.posts.get()
    file = attached(post, member)
    assert not files.attach(post, [file])
    assert files.attach(post, [])
    assert services.answer(topic, member, body="Words", files=[file])[0].attachments.count() == 0

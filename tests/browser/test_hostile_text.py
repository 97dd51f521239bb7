"""Hostile text in everything that a person can type: in Chromium none of it runs, asks for anything or leads astray."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import FilePayload, Page

from forums.models import Attachment
from portal.accounts.models import User
from portal.core.models import ProblemReport
from tests.browser.hostile import harm, post
from tests.browser.payloads import LINES, PAYLOADS, SCRIPT, SHORT, STRANGE_ADDRESSES
from tests.browser.visiting import press
from tests.browser.watch import Watch
from tests.browser.world import World
from tests.hostile_texts import HOSTILE, SAMPLE
from tools.page_types import BOARD, MEMBER, MODERATOR


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile people are patient; the tests are not."""
    monkeypatch.setattr("forums.limits.POSTS_PER_HOUR", 10_000)
    monkeypatch.setattr("forums.limits.POSTS_PER_HOUR_OF_NEW_MEMBERS", 10_000)


def test_questions_and_answers_run_nothing(
    open_as: Callable[..., Page], writes: World, unlimited: None, watch: Watch
) -> None:
    """All payloads in a few long posts, and again one by one in the preview, where nothing stands before them."""
    member, visitor = open_as(MEMBER), open_as()
    body = "\n\n".join(PAYLOADS)
    question = {"title": "Does this text harm anybody who reads it?", "body": body}
    previewed = post(member, BOARD + "new/", "Preview", question)
    assert harm(previewed) == []
    asked = post(member, BOARD + "new/", "Ask the question", question)
    assert asked.locator(".question-post").count() == 1, asked.locator("main").inner_text()[:500]
    address = asked.url
    assert harm(asked) == []
    answered = post(member, address, "Post the answer", {"body": body[::1] + "\n\n- " + "\n- ".join(LINES)})
    assert harm(answered) == []
    visitor.goto(address)
    assert visitor.locator(".post").count() == 2
    assert harm(visitor) == []
    visitor.goto("/search/?q=evil.example")
    assert harm(visitor) == []


def test_each_payload_alone_runs_nothing(open_as: Callable[..., Page], unlimited: None) -> None:
    member = open_as(MEMBER)
    harmed = {}
    member.goto(BOARD + "new/")
    for payload in PAYLOADS:
        member.locator("main [name=title]").evaluate("(field, value) => { field.value = value; }", payload)
        member.locator("main [name=body]").evaluate("(field, value) => { field.value = value; }", payload)
        press(member.get_by_role("button", name="Preview"))
        if found := harm(member):
            harmed[payload] = found
    assert harmed == {}


def test_the_whole_corpus_runs_nothing_in_a_preview(
    open_as: Callable[..., Page], unlimited: None, watch: Watch
) -> None:
    """Forty at a time, so that each is laid out as Markdown; as the title stands the first of them."""
    # The picture of ours that it names is nobody's.
    watch.expect("status of 404")
    member = open_as(MEMBER)
    harmed = {}
    for start in range(0, len(HOSTILE), 40):
        texts = HOSTILE[start : start + 40]
        question = {"title": texts[0].replace("\n", " ")[:150], "body": "\n\n".join(texts)}
        if found := harm(post(member, BOARD + "new/", "Preview", question)):
            harmed[start] = found
    assert harmed == {}


def test_a_sample_of_the_corpus_alone_runs_nothing_when_posted_and_searched_for(
    open_as: Callable[..., Page], writes: World, unlimited: None
) -> None:
    member, visitor = open_as(MEMBER), open_as()
    asked = post(member, BOARD + "new/", "Ask the question", {"title": "What is in the corpus?", "body": "See below."})
    address = asked.url
    harmed = {}
    for start in range(0, len(SAMPLE), 50):
        post(member, address, "Post the answer", {"body": "\n\n".join(SAMPLE[start : start + 50])})
    visitor.goto(address)
    if found := harm(visitor):
        harmed["topic"] = found
    for text in SAMPLE[::8]:
        query = visitor.evaluate("q => new URLSearchParams({q}).toString()", text)
        visitor.goto(f"/search/?{query}")
        if found := harm(visitor):
            harmed[text] = found
    assert harmed == {}


def test_profiles_run_nothing(open_as: Callable[..., Page], writes: World) -> None:
    member = open_as(MEMBER)
    harmed: dict[int | str, list[str]] = {}
    for start in range(0, len(SAMPLE), 25):
        about = "\n\n".join(SAMPLE[start : start + 25])[:1500]
        saved = post(
            member, "/members/me/", "Save the profile", {"about": about, "role": SHORT[start % len(SHORT)][:80]}
        )
        if found := harm(saved):
            harmed[start] = found
        if "/members/me/" not in saved.url:
            saved.reload()
            harmed |= {f"{start} again": found} if (found := harm(saved)) else {}
    assert harmed == {}


def test_names_of_files_run_nothing(open_as: Callable[..., Page], writes: World, unlimited: None, watch: Watch) -> None:
    watch.expect("status of 400")
    member, visitor = open_as(MEMBER), open_as()
    member.goto(BOARD + "new/")
    harmed = {}
    for start in range(0, len(SHORT), 7):
        names = [text.replace("/", "").replace("\x00", "") for text in SHORT[start : start + 7]]
        member.goto(BOARD + "new/")
        member.locator("main [name=title]").fill("What are these files called?")
        member.locator("main [name=body]").fill("See below.")
        member.get_by_label("Add files").set_input_files(
            [FilePayload(name=f"{name}.txt", mimeType="text/html", buffer=SCRIPT.encode()) for name in names]
        )
        member.locator("main .attached li").nth(len(names) - 1).wait_for()
        if found := harm(member):
            harmed[f"form {start}"] = found
        press(member.get_by_role("button", name="Ask the question"))
        visitor.goto(member.url)
        assert visitor.locator(".attached a").count() == len(names)
        if found := harm(visitor):
            harmed[f"topic {start}"] = found
    Attachment.objects.all().delete()
    assert harmed == {}


def test_titles_run_nothing_wherever_they_stand(open_as: Callable[..., Page], writes: World, unlimited: None) -> None:
    member, visitor, moderator = open_as(MEMBER), open_as(), open_as(MODERATOR)
    harmed = {}
    for start in range(0, len(SHORT), 12):
        title = SHORT[start]
        topic = post(member, BOARD + "new/", "Ask the question", {"title": f"{title} harms?", "body": "Nothing here."})
        if found := harm(topic):
            harmed[title] = found
    for page, path in ((visitor, BOARD), (visitor, "/forums/"), (visitor, "/"), (moderator, BOARD)):
        page.goto(path)
        if found := harm(page):
            harmed[path] = found
    visitor.goto("/search/?q=harms")
    harmed |= {"search": found} if (found := harm(visitor)) else {}
    visitor.locator("#masthead-search").press_sequentially("<s")
    visitor.wait_for_timeout(400)
    harmed |= {"suggestions": found} if (found := harm(visitor)) else {}
    assert harmed == {}


def test_names_and_organisations_run_nothing(open_as: Callable[..., Page], writes: World, unlimited: None) -> None:
    member, visitor = open_as(MEMBER), open_as()
    harmed = {}
    asked = post(member, BOARD + "new/", "Ask the question", {"title": "Who am I, really?", "body": "Guess."})
    address = asked.url
    for at, (payload, other) in enumerate([*zip(SHORT[::2], SHORT[1::2], strict=False), (SCRIPT, SHORT[0])]):
        saved = post(member, "/members/me/", "Save the profile", {"name": payload, "organisation": other})
        if found := harm(saved):
            harmed[payload] = found
        if at % 5 == 0:
            visitor.goto(address)
            if found := harm(visitor):
                harmed[f"{payload} (topic)"] = found
    assert harmed == {}
    assert User.objects.get(email="member@demo.example").name == SCRIPT


def test_reports_of_problems_run_nothing(open_as: Callable[..., Page], writes: World, watch: Watch) -> None:
    watch.expect("console warning", "status of 404")
    visitor, moderator = open_as(), open_as(MODERATOR)
    harmed = {}
    for address in STRANGE_ADDRESSES:
        visitor.goto("/")
        visitor.goto("/report/?" + visitor.evaluate("page => new URLSearchParams({page}).toString()", address))
        if found := harm(visitor):
            harmed[address] = found
    # The last payload holds a NUL, which the form refuses; line ends count twice on their way.
    typed = {"message": "\n".join(PAYLOADS[:-1])[:3500], "page": LINES[16]}
    sent = post(visitor, "/report/?page=/cases/", "Send the report", typed)
    if found := harm(sent):
        harmed["thanks"] = found
    report = ProblemReport.objects.get()
    for path in ("/admin/problem_reports/", f"/admin/problem_reports/edit/{report.pk}/"):
        moderator.goto(path)
        if moderator.evaluate("window.__pwned !== undefined"):
            harmed[path] = ["a script ran"]
    assert harmed == {}


# The pages read their addresses by the same code: each payload goes to two of the four.
@pytest.mark.parametrize(("path", "first"), [("/search/", 0), ("/glossary/", 1), ("/cases/", 1), (BOARD, 0)])
def test_addresses_run_nothing(path: str, first: int, open_as: Callable[..., Page], watch: Watch) -> None:
    watch.expect("status of 404", "status of 400")
    visitor = open_as()
    visitor.goto("/")
    harmed = {}
    for payload in PAYLOADS[first::2]:
        values = {"q": payload, "level": payload, "page": payload, "sort": payload, "scheme": "", "show": payload}
        query = visitor.evaluate("values => new URLSearchParams(values).toString()", values)
        answer = visitor.goto(f"{path}?{query}")
        assert answer is not None
        if answer.status >= 500:
            harmed[payload] = [str(answer.status)]
        if found := harm(visitor):
            harmed[payload] = found
    assert harmed == {}


def test_sign_up_and_sign_in_run_nothing(open_as: Callable[..., Page], writes: World) -> None:
    visitor = open_as()
    harmed = {}
    for payload in SHORT[::3]:
        # Hostile people are patient: nobody is told to pause.
        cache.clear()
        fields = {"email": payload, "name": payload, "organisation": payload}
        tried = post(visitor, "/accounts/signup/", "Create the account", fields)
        if found := harm(tried):
            harmed[payload] = found
        tried = post(visitor, "/accounts/login/", "Sign in", {"login": payload, "password": payload})
        if found := harm(tried):
            harmed[f"{payload} (sign-in)"] = found
    for address in ("javascript:window.__pwned=1", "//evil.example/", "https://evil.example/"):
        visitor.goto(f"/accounts/login/?next={address}")
        if found := harm(visitor):
            harmed[address] = found
    assert harmed == {}

"""In the admin, nothing of what a person may not see: every address of it, asked by each of those outside.

The addresses are taken from Wagtail itself, so a list or report that a new version brings is asked too. A word that
nothing else contains stands in every title of a private section, and another in drafts of a public one.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageLogEntry,
    PageViewRestriction,
    Task,
    Workflow,
)

from portal.accounts.models import User
from portal.core.collection_gates import own_collection
from portal.home.models import HomePage, StandardPage
from tests.conftest import make_user
from tests.factories.pages import plain_page

pytestmark = pytest.mark.django_db

# In everything of the private section; in drafts of a public one; in everything of the lead's own. "Heron" finds all.
SECRET, DRAFT, OWN = "Zyxquarro", "Vloombek", "Ostrindle"
PAGE_VERBS = ("add", "change", "publish", "lock", "unlock")
FILE_VERBS = ("add", "change", "choose")
QUERY = "q=Heron&term=Zyx&page_type=wagtailcore.page"


@dataclass
class World:
    """One of everything, most of it private."""

    private: StandardPage
    draft: StandardPage
    own: StandardPage
    document: Document
    image: Image
    collection: Collection
    own_collection: Collection
    person: User
    log_entry: int
    task_state: int
    workflow_state: int

    def value(self, name: str, namespace: str) -> Any:
        """What an address names: of the private section whatever there is. Raises KeyError for a new kind of thing."""
        if name in {"pk", "object_id"}:
            return {
                "wagtailadmin_pages": self.private.pk,
                "wagtaildocs": self.document.pk,
                "wagtaildocs_chooser": self.document.pk,
                "wagtailimages": self.image.pk,
                "wagtailimages_chooser": self.image.pk,
                "wagtailadmin_collections": self.collection.pk,
                "wagtailadmin_editing_sessions": self.private.pk,
            }.get(namespace, 1)
        return {
            "page_id": self.private.pk,
            "parent_page_id": self.private.pk,
            "page_to_move_id": self.private.pk,
            "destination_id": self.own.pk,
            "page_pk": self.private.pk,
            "revision_id": self.private.latest_revision_id,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "task_state_id": self.task_state,
            "workflow_state_id": self.workflow_state,
            "action_name": "approve",
            "decision": "approve",
            "task_id": Task.objects.values_list("pk", flat=True)[0],
            "workflow_pk": Workflow.objects.values_list("pk", flat=True)[0],
            "collection_id": self.collection.pk,
            "document_id": self.document.pk,
            "doc_id": self.document.pk,
            "image_id": self.image.pk,
            "filter_spec": "width-20",
            "uploaded_file_id": 1,
            "session_id": 1,
            "user_id": self.person.pk,
            "group_id": 1,
            "site_id": 1,
            "content_type_app_name": "home",
            "content_type_model_name": "standardpage",
            "app_label": "wagtailcore",
            "app_name": "taggit",
            "model_name": "page" if namespace == "" or "session" in namespace else "tag",
            "model_name_of_page": "standardpage",
            "action": "delete",
            "uidb64": "x",
            "token": "x",
            "redirect_id": 1,
            "log_entry_id": self.log_entry,
            "slug": "topic",
        }[name]


def a_picture(name: str) -> ContentFile[bytes]:
    packed = io.BytesIO()
    Picture.new("RGB", (40, 30), "teal").save(packed, "PNG")
    return ContentFile(packed.getvalue(), name=name)


def files_of(page: Page, word: str) -> tuple[Document, Image, Collection]:
    collection = Collection.get_first_root_node().add_child(name=f"{word} collection")
    own_collection(collection, page)
    document = Document.objects.create(
        title=f"{word} Heron register", file=ContentFile(b"x", name=f"{word}.txt"), collection=collection
    )
    document.tags.add(f"{word} tag")
    image = Image.objects.create(title=f"{word} Heron picture", file=a_picture(f"{word}.png"), collection=collection)
    image.tags.add(f"{word} tag")
    log(document, "wagtail.create")
    log(image, "wagtail.edit")
    return document, image, collection


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead@example.org", "A lead", "Own members", "Own leads")


@pytest.fixture
def world(home: HomePage, lead: User, editor: User, moderator: User, member: User) -> World:
    """A private section in which the editor once worked, a public one with drafts, and the section of the lead."""
    own = plain_page(title=f"{OWN} Heron section", slug="own-section")
    for user_group in [Group.objects.get(name="Own leads")]:
        user_group.permissions.add(Permission.objects.get(codename="access_admin"))
        for verb in PAGE_VERBS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{verb}_page")
            GroupPagePermission.objects.create(group=user_group, page=own, permission=permission)
    _document, _image, collection_of_lead = files_of(own, OWN)
    for verb in FILE_VERBS:
        for codename in (f"{verb}_image", f"{verb}_document"):
            permission = Permission.objects.get(codename=codename)
            GroupCollectionPermission.objects.create(
                group=Group.objects.get(name="Own leads"), collection=collection_of_lead, permission=permission
            )

    public = plain_page(title="A public section", slug="public-section")
    draft = StandardPage(title=f"{DRAFT} Heron draft", slug="a-draft", live=False)
    public.add_child(instance=draft)
    public.title = f"{DRAFT} Heron retitled"
    public.save_revision()
    log(draft, "wagtail.create")

    private = plain_page(title=f"{SECRET} Heron section", slug="private-section", owner=editor)
    restriction = PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set([Group.objects.get_or_create(name="Hidden members")[0]])
    below = StandardPage(title=f"{SECRET} Heron below", slug="below", live=False, owner=editor)
    private.add_child(instance=below)
    below.save_revision(user=editor)
    deleted = StandardPage(title=f"{SECRET} Heron deleted", slug="deleted")
    private.add_child(instance=deleted)
    log(deleted, "wagtail.edit", user=editor)
    deleted.delete()
    private.locked, private.locked_by = True, editor
    private.save()
    private.save_revision(user=editor)
    log(private, "wagtail.edit", user=editor)
    log(private, "wagtail.edit", user=moderator)
    state = private.get_workflow().start(private, editor)
    document, image, collection = files_of(private, SECRET)
    call_command("update_index", verbosity=0)
    return World(
        private=StandardPage.objects.get(pk=private.pk),
        draft=draft,
        own=own,
        document=document,
        image=image,
        collection=collection,
        own_collection=collection_of_lead,
        person=member,
        log_entry=PageLogEntry.objects.order_by("pk")[0].pk,
        task_state=state.current_task_state.pk,
        workflow_state=state.pk,
    )


def routes() -> Iterator[tuple[str, str, list[str]]]:
    """(name, namespace, names of what it takes) of every named address of the admin."""
    (admin,) = [
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == "admin/"
    ]
    yield from _walk(admin.url_patterns, [], [])


def _walk(patterns: list[Any], namespaces: list[str], taken: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    for pattern in patterns:
        names = [*taken, *_takes(pattern)]
        if isinstance(pattern, URLResolver):
            inner = [*namespaces, pattern.namespace] if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner, names)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join([*namespaces, pattern.name]), ":".join(namespaces), names


def _takes(pattern: URLPattern | URLResolver) -> list[str]:
    converters = getattr(pattern.pattern, "converters", None)
    return list(converters) if converters else list(pattern.pattern.regex.groupindex)


def addresses(world: World) -> Iterator[str]:
    """Every address of the admin, about the private section where it is about something."""
    for name, namespace, takes in routes():
        if name in {"wagtail_bulk_action", "wagtailadmin_error_test"}:
            continue
        values = {key: world.value(key, namespace) for key in takes}
        if name.endswith(("choose_parent",)):
            values |= {"app_label": "home", "model_name": "standardpage"}
        yield reverse(name, kwargs=values)
    for label, pk in (("wagtailcore/page", world.private.pk), ("wagtaildocs/document", world.document.pk)):
        for action in ("delete", "move", "publish", "unpublish", "add_to_collection", "add_tags"):
            yield f"/admin/bulk/{label}/{action}/?id={pk}"
            yield f"/admin/bulk/{label}/{action}/?id=all&childOf={HomePage.objects.get().pk}"
    yield f"/admin/bulk/wagtailimages/image/delete/?id={world.image.pk}"
    yield f"/admin/choose-page/chosen-multiple/?id={world.private.pk}&id={world.own.pk}"
    yield f"/admin/choose-page/?target_pages[]={world.private.pk}"
    yield f"/admin/choose-page/{HomePage.objects.get().pk}/?page_type=home.standardpage"
    yield "/admin/choose-page/?page_type=home.standardpage"
    yield f"/admin/pages/{HomePage.objects.get().pk}/"
    yield f"/admin/pages/{HomePage.objects.get().pk}/delete/"
    yield f"/admin/pages/{HomePage.objects.get().pk}/usage/"
    yield f"/admin/api/main/pages/?child_of={HomePage.objects.get().pk}&fields=*"
    yield "/admin/api/main/pages/?descendant_of=1"
    for report in ("locked", "workflow", "workflow_tasks", "site-history", "aging-pages", "page-types-usage"):
        yield f"/admin/reports/{report}/?export=csv"
    for lists in ("documents", "images"):
        yield f"/admin/{lists}/?q=Heron"
        yield f"/admin/{lists}/?collection_id={world.collection.pk}"


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


def trouble(client: Client, url: str, words: tuple[str, ...]) -> str:
    """What is wrong with the answer, or with what it leads to: a word that it shows, or that it fails."""
    # The interface of the page tree refuses what it does not know.
    joined = url if url.startswith("/admin/api/") else f"{url}{'&' if '?' in url else '?'}{QUERY}"
    client.raise_request_exception = False
    with transaction.atomic():
        response = client.get(joined, follow=True)
        transaction.set_rollback(True)
    if response.status_code >= 500:
        return f"{url} fails"
    shown = [word for word in words if word in text_of(response)]
    return f"{url} shows {shown}" if shown else ""


@pytest.mark.parametrize("who", ["lead", "editor", "moderator"])
def test_no_address_of_the_admin_shows_a_private_section_to_outsiders(
    who: str, world: World, client_of: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))
    # Editors and moderators work on all that is public: only to leads are others' drafts hidden.
    words = (SECRET, DRAFT) if who == "lead" else (SECRET,)
    wrong = [found for url in list(addresses(world)) if (found := trouble(client, url, words))]
    assert not wrong, "\n".join(wrong)


def test_leads_reach_no_draft_of_others_by_its_address(
    world: World, lead: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(lead)
    names = ("edit", "view_draft", "history", "usage", "copy", "delete", "move", "workflow_history")
    urls = [f"/admin/pages/{world.draft.pk}/{name}/" for name in names]
    wrong = [found for url in urls if (found := trouble(client, url, (DRAFT,)))]
    assert not wrong, "\n".join(wrong)


LISTS = (
    "/admin/pages/{parent}/",
    "/admin/pages/search/",
    "/admin/api/main/pages/?child_of={parent}",
    "/admin/choose-page/search/",
    "/admin/documents/",
    "/admin/documents/chooser/",
    "/admin/images/",
    "/admin/images/chooser/",
    "/admin/reports/site-history/",
)


def test_administrators_see_all_and_leads_their_own(
    world: World, lead: User, administrator: User, client_of: Callable[[User], Client]
) -> None:
    """Otherwise the words would be missing everywhere for another reason."""
    admin, home = client_of(administrator), HomePage.objects.get()
    urls = [url.format(parent=home.pk) for url in LISTS]
    assert not [url for url in urls if not trouble(admin, url, (SECRET,))]
    for name in ("edit", "history", "usage", "view_draft"):
        assert trouble(admin, f"/admin/pages/{world.private.pk}/{name}/", (SECRET,))
    by_lead = client_of(lead)
    plain_page(parent=world.own, title=f"{OWN} Heron page", slug="own-page")
    urls = [url.format(parent=world.own.pk) for url in LISTS]
    assert not [url for url in urls if not trouble(by_lead, url, (OWN,))]


def test_a_member_of_the_private_section_who_leads_it_sees_it(
    world: World, lead: User, client_of: Callable[[User], Client]
) -> None:
    lead.groups.add(Group.objects.get(name="Hidden members"))
    client = client_of(lead)
    assert "shows" not in trouble(client, f"/admin/pages/{world.private.pk}/edit/", (SECRET,))
    permission = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    GroupPagePermission.objects.create(
        group=Group.objects.get(name="Own leads"), page=world.private, permission=permission
    )
    assert "shows" in trouble(client, f"/admin/pages/{world.private.pk}/edit/", (SECRET,))
    lead.groups.remove(Group.objects.get(name="Hidden members"))
    assert client.get(f"/admin/pages/{world.private.pk}/edit/").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 404), ("editor", 404), ("moderator", 404), ("administrator", 200)]
)
def test_only_administrators_set_privacy(
    who: str, status: int, world: World, client_of: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))
    for url in (
        f"/admin/pages/{world.own.pk}/privacy/",
        f"/admin/collections/{world.own_collection.pk}/privacy/",
    ):
        assert client.get(url).status_code == status
        assert client.post(url, {"restriction_type": "login"}).status_code == status
    assert PageViewRestriction.objects.filter(page=world.own).exists() == (who == "administrator")


def test_the_root_of_a_section_is_not_its_leads_to_end(
    world: World, lead: User, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = ("can_delete", "can_move", "can_copy", "can_unpublish")
    monkeypatch.setattr(StandardPage, "is_section_root", True, raising=False)
    by_lead = world.own.permissions_for_user(lead)
    assert by_lead.can_edit()
    assert by_lead.can_publish()
    assert not any(getattr(by_lead, name)() for name in ends)
    assert all(getattr(world.own.permissions_for_user(administrator), name)() for name in ends)


def test_nobody_takes_along_what_they_cannot_see(world: World, moderator: User, administrator: User) -> None:
    page = world.private.get_parent().specific
    assert not page.permissions_for_user(moderator).can_copy()
    assert not page.permissions_for_user(moderator).can_unpublish()
    assert page.permissions_for_user(administrator).can_copy()


def test_letters_about_reviews_go_to_those_only_who_may_see_the_page(
    world: World, moderator: User, editor: User, mailoutbox: list[Any]
) -> None:
    assert not [letter for letter in mailoutbox if SECRET in letter.subject + str(letter.body)]
    world.draft.save_revision()
    world.draft.get_workflow().start(world.draft, editor)
    assert moderator.email in [address for letter in mailoutbox for address in letter.to]


ACTS = {
    "wagtailadmin_pages:edit",
    "wagtailadmin_pages:delete",
    "wagtailadmin_pages:unpublish",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:set_page_position",
    "wagtailadmin_pages:copy",
    "wagtailadmin_pages:set_privacy",
    "wagtailadmin_pages:lock",
    "wagtailadmin_pages:unlock",
    "wagtailadmin_pages:add",
    "wagtailadmin_pages:workflow_action",
    "wagtailadmin_pages:revisions_unschedule",
    "wagtailadmin_pages:convert_alias",
    "wagtailadmin_pages:preview_on_edit",
    "wagtailadmin_pages:preview_on_add",
    "wagtailadmin_collections:edit",
    "wagtailadmin_collections:delete",
    "wagtailadmin_collections:set_privacy",
    "wagtaildocs:edit",
    "wagtaildocs:delete",
    "wagtailimages:edit",
    "wagtailimages:delete",
}


@pytest.mark.parametrize("who", ["lead", "editor", "moderator"])
def test_outsiders_change_nothing_of_a_private_section(
    who: str, world: World, client_of: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))
    kept = state_of(world)
    asked = {name for name, _namespace, _takes in routes()}
    assert asked >= ACTS
    for name, namespace, takes in routes():
        if name in ACTS:
            url = reverse(name, kwargs={key: world.value(key, namespace) for key in takes})
            typed = {"title": "Taken", "slug": "taken", "restriction_type": "none", "action-publish": "1"}
            response = client.post(url, typed)
            assert response.status_code in {302, 403, 404, 405}, url
            assert SECRET not in text_of(response), url
    for action in ("delete", "publish", "unpublish"):
        client.post(f"/admin/bulk/wagtailcore/page/{action}/?id={world.private.pk}", {"include_descendants": "on"})
        everything = f"/admin/bulk/wagtailcore/page/{action}/?id=all&childOf={HomePage.objects.get().pk}"
        if action == "delete":
            assert SECRET not in text_of(client.post(everything, {"include_descendants": "on"}))
    for label in ("wagtaildocs/document", "wagtailimages/image"):
        client.post(f"/admin/bulk/{label}/delete/?id={world.document.pk}&id={world.image.pk}")
        client.post(f"/admin/bulk/{label}/delete/?id=all")
    assert state_of(world) == kept


def state_of(world: World) -> list[Any]:
    pages = Page._base_manager.filter(path__startswith=world.private.path)
    return [
        list(pages.order_by("path").values_list("pk", "title", "path", "live", "locked", "latest_revision")),
        list(PageViewRestriction.objects.values_list("page", "restriction_type")),
        Document.objects.filter(pk=world.document.pk).values_list("title", "collection").first(),
        Image.objects.filter(pk=world.image.pk).values_list("title", "collection").first(),
        list(Collection.objects.filter(pk=world.collection.pk).values_list("name", "path")),
    ]

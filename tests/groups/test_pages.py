"""What people see of groups, and what they can do on their pages."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model

from forums.models import BoardPage
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.groups import invitations, services, views
from portal.groups.links import invitation_path
from portal.groups.models import (
    Answer,
    GroupInvitation,
    GroupPage,
    Joining,
    JoinRequest,
    Membership,
    Role,
    State,
    Visibility,
    WorkingGroup,
)
from tests.factories.events import event
from tests.factories.forums import TopicFactory
from tests.factories.groups import group, news
from tests.factories.pages import add, plain_page

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
URL = "/groups/privacy/"
QUIET = "/groups/security/"
DESKS = ("desk/", "desk/members/", "settings/")


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def document(made: WorkingGroup, title: str) -> object:
    model = get_document_model()
    found = model(title=title, collection=made.collection)
    found.file.save("draft.txt", ContentFile(title.encode()), save=True)
    return found


# What is shown


def test_a_public_group_shows_what_it_is(boss: User, insider: User, visitor_client: Client) -> None:
    page = group(
        title="Privacy working group",
        slug="privacy",
        lead=boss,
        members=[insider],
        body=[{"type": "text", "value": "<p>Why this group.</p>"}],
        objectives=[{"type": "sentence", "value": "Collect three cases."}],
        agenda=[{"type": "item", "value": {"when": "Month 3", "item": "Outline of the guide", "kind": "product"}}],
        products=[{"type": "product", "value": {"title": "Model clauses", "status": "draft"}}],
    )
    news(page, title="The guide is out for comment")
    plain_page(page, title="How we work")
    document(page.working_group, "Minutes of the first call")
    html = text(visitor_client, URL)
    for words in (
        "Why this group.",
        "Collect three cases.",
        "Month 3",
        "Outline of the guide",
        "Model clauses",
        "Draft",
        "The guide is out for comment",
        "How we work",
        "Minutes of the first call",
        "A working group lead",
        "2 members",
        "Sign in to join",
    ):
        assert words in html, words
    assert "A working group member" not in html
    assert "desk/" not in html


def test_how_one_joins_and_who_leads_is_read_before_the_charter(boss: User, visitor_client: Client) -> None:
    group(slug="privacy", lead=boss, body=[{"type": "text", "value": "<p>Why this group.</p>"}])
    html = text(visitor_client, URL)
    places = [html.index(words) for words in ("<h1>", "Sign in to join", "A working group lead", "Why this group.")]
    assert places == sorted(places)


def test_members_read_first_what_is_new_and_others_what_the_group_is_for(
    boss: User, insider: User, visitor_client: Client, client_of: ClientOf
) -> None:
    page = group(
        slug="privacy", lead=boss, members=[insider], body=[{"type": "text", "value": "<p>Why this group.</p>"}]
    )
    news(page, title="The guide is out")
    event(page, title="Next call")
    for client, new_first in ((visitor_client, False), (client_of(insider), True), (client_of(boss), True)):
        html = text(client, URL)
        assert html.index("Next call") < html.index("The guide is out")
        assert (html.index("The guide is out") < html.index("Why this group.")) is new_first
        listed = html.split('id="on-this-page"')[1].split("</nav>")[0]
        assert (listed.index("#news") < listed.index("#charter")) is new_first
        assert "#objectives" not in listed
        for anchor in re.findall(r'href="#([^"]+)"', listed):
            assert html.count(f'id="{anchor}"') == 1, anchor


def test_the_way_to_a_group_has_what_is_above_it_only(boss: User, visitor_client: Client) -> None:
    elsewhere = plain_page(title="Somewhere else")
    products = [{"type": "product", "value": {"title": "Guide", "status": "published", "page": elsewhere.pk}}]
    page = group(title="Outer", slug="outer", lead=boss, products=products)
    deep = plain_page(plain_page(page, title="Child"), title="Grandchild")
    group(page, title="Inner", slug="inner", lead=boss)
    crumbs = text(visitor_client, "/groups/outer/inner/").split('class="crumbs"')[1].split("</nav>")[0]
    assert crumbs.index("Home") < crumbs.index("/groups/") < crumbs.index("Outer") < crumbs.index("Inner")
    html = text(visitor_client, "/groups/outer/")
    assert "Somewhere else" not in html
    assert page_url(elsewhere) in html
    assert "Child" in html
    assert deep.title not in html


def test_a_product_leads_to_its_page_and_document_only_for_who_may_read_them(
    boss: User, private_page: GroupPage, insider: User, visitor_client: Client, client_of: ClientOf
) -> None:
    secret = plain_page(private_page, title="Secret outline", slug="outline")
    paper = document(private_page.working_group, "Secret paper")
    products = [
        {"type": "product", "value": {"title": "Outline", "status": "published", "page": secret.pk}},
        {"type": "product", "value": {"title": "Paper", "status": "draft", "document": paper.pk}},  # type: ignore[attr-defined]
    ]
    group(slug="open", lead=boss, products=products)
    outside = text(visitor_client, "/groups/open/")
    assert "Outline" in outside
    assert "/groups/security/" not in outside
    assert paper.url not in outside  # type: ignore[attr-defined]
    inside = text(client_of(insider), "/groups/open/")
    assert "/groups/security/outline/" in inside
    assert paper.url in inside  # type: ignore[attr-defined]


def test_a_private_group_does_not_exist_for_others(
    page: GroupPage, private_page: GroupPage, member: User, insider: User, client_of: ClientOf
) -> None:
    for user in (None, member):
        client = client_of(user)
        assert "Quiet security circle" not in text(client, "/groups/")
        for rest in ("", "members/", "documents/", "news/", "join/", "leave/", *DESKS):
            assert client.get(QUIET + rest).status_code == 404, rest
    assert "Quiet security circle" in text(client_of(insider), "/groups/")
    assert "Quiet security circle" in text(client_of(insider), QUIET)


def test_from_the_next_request_who_was_removed_sees_nothing(
    private_page: GroupPage, insider: User, client_of: ClientOf
) -> None:
    client = client_of(insider)
    text(client, QUIET)
    services.remove(private_page.working_group, insider)
    assert client.get(QUIET).status_code == 404
    assert "Quiet security circle" not in text(client, "/groups/")
    assert "Quiet security circle" not in text(client, "/groups/mine/")
    assert QUIET not in text(client, "/search/?q=quiet+security")


@pytest.mark.parametrize(
    ("joining", "state", "says"),
    [
        (Joining.OPEN, State.ACTIVE, "Join the group"),
        (Joining.REQUEST, State.ACTIVE, "Ask to join"),
        (Joining.INVITATION, State.ACTIVE, "The leads invite people"),
        (Joining.OPEN, State.PAUSED, "takes no new members for now"),
        (Joining.OPEN, State.ARCHIVED, "takes no new members"),
    ],
)
def test_the_page_says_how_one_joins(
    joining: Joining, state: State, says: str, boss: User, member: User, client_of: ClientOf
) -> None:
    group(slug="privacy", lead=boss, joining=joining, state=state)
    assert says in text(client_of(member), URL)
    assert client_of(member).get(f"{URL}join/").status_code == 200


def test_an_archived_group_can_be_read_and_found_and_says_so(
    page: GroupPage, visitor_client: Client, working_group: WorkingGroup
) -> None:
    services.archive(working_group)
    assert "Archived" in text(visitor_client, URL)
    found = re.sub("</?mark>", "", text(visitor_client, "/search/?q=privacy+working+group"))
    assert "Privacy working group" in found
    assert "Archived" in found


def test_the_index_narrows_by_state(page: GroupPage, boss: User, visitor_client: Client) -> None:
    group(title="Old group", lead=boss, state=State.ARCHIVED)
    assert "Old group" in text(visitor_client, "/groups/")
    active = text(visitor_client, "/groups/?state=active")
    assert "Old group" not in active
    assert "Privacy working group" in active
    assert "Privacy working group" not in text(visitor_client, "/groups/?state=archived")
    assert "Old group" in text(visitor_client, "/groups/?state=nonsense")


def test_a_long_list_is_paged_and_keeps_its_state(
    page: GroupPage, boss: User, visitor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "GROUPS_PER_PAGE", 2)
    for title in ("Alpha", "Beta", "Zeta"):
        group(title=title, lead=boss)
    group(title="Old group", lead=boss, state=State.ARCHIVED)
    first = text(visitor_client, "/groups/?state=active")
    assert "Alpha" in first
    assert "Beta" in first
    assert "Zeta" not in first
    assert "?state=active&amp;page=2" in first
    assert 'Active <span class="number">4</span>' in first
    second = text(visitor_client, "/groups/?state=active&page=2")
    assert "Zeta" in second
    assert "Alpha" not in second
    assert "Old group" not in second
    assert "Zeta" in text(visitor_client, "/groups/?page=99")


def test_members_see_each_other_and_others_do_not_see_them(
    page: GroupPage, insider: User, member: User, administrator: User, client_of: ClientOf
) -> None:
    assert "A working group lead" in text(client_of(insider), f"{URL}members/")
    assert "A working group member" in text(client_of(administrator), f"{URL}members/")
    assert client_of(member).get(f"{URL}members/").status_code == 404
    assert client_of(None).get(f"{URL}members/").status_code == 302


def test_documents_and_news_have_pages_of_their_own(page: GroupPage, visitor_client: Client) -> None:
    document(page.working_group, "Minutes of the first call")
    news(page, title="A first result")
    assert "Minutes of the first call" in text(visitor_client, f"{URL}documents/")
    assert "A first result" in text(visitor_client, f"{URL}news/")


def test_visitors_get_the_stored_page_and_never_a_stale_one(
    page: GroupPage, working_group: WorkingGroup, member: User, visitor_client: Client
) -> None:
    assert "2 members" in text(visitor_client, URL)
    services.add(working_group, member)
    assert "3 members" in text(visitor_client, URL)
    services.set_visibility(working_group, Visibility.PRIVATE)
    assert visitor_client.get(URL).status_code == 404


# Joining


def test_a_member_joins_an_open_group_and_leaves_it(boss: User, member: User, client_of: ClientOf) -> None:
    made = group(slug="privacy", lead=boss, joining=Joining.OPEN).working_group
    client = client_of(member)
    assert client.post(f"{URL}join/").status_code == 302
    assert Membership.objects.filter(group=made, user=member).exists()
    assert client.post(f"{URL}join/").status_code == 302
    assert "You are a member of this group." in text(client, URL)
    assert "Leave" in text(client, f"{URL}leave/")
    assert client.post(f"{URL}leave/").headers["Location"] == "/groups/"
    assert not Membership.objects.filter(group=made, user=member).exists()


def test_a_visitor_who_wants_to_join_signs_in_first(page: GroupPage, visitor_client: Client) -> None:
    response = visitor_client.get(f"{URL}join/")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fgroups%2Fprivacy%2Fjoin%2F"


def test_asking_and_taking_it_back(
    page: GroupPage, working_group: WorkingGroup, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    client.post(f"{URL}join/", {"message": "I keep\x00 payroll."})
    assert JoinRequest.objects.get().message == "I keep payroll."
    assert "You have asked to join." in text(client, URL)
    assert "Take the request back" in text(client, f"{URL}join/")
    client.post(f"{URL}join/", {"do": "withdraw"})
    assert JoinRequest.objects.get().answer == Answer.WITHDRAWN


def test_a_long_message_keeps_what_was_typed(page: GroupPage, member: User, client_of: ClientOf) -> None:
    html = client_of(member).post(f"{URL}join/", {"message": "word " * 200}).content.decode()
    assert "Say it in 500 characters at most" in html
    assert "word word" in html
    assert not JoinRequest.objects.exists()


def test_the_last_lead_is_told_why_they_cannot_leave(page: GroupPage, boss: User, client_of: ClientOf) -> None:
    client = client_of(boss)
    assert "name a successor first" in client.post(f"{URL}leave/", follow=True).content.decode()
    assert Membership.objects.filter(user=boss, group=page.pk).exists()


# Invitations


def test_an_invitation_to_a_private_group_tells_nobody_else_of_it(
    private_page: GroupPage, boss: User, member: User, other_member: User, client_of: ClientOf
) -> None:
    invitation, _new = invitations.invite(private_page.working_group, member.email, boss)
    address = invitation_path(invitation)
    wrong = address[:-3] + "00/"
    outside = [client_of(None).get(url) for url in (address, wrong)]
    assert [response.status_code for response in outside] == [302, 302]
    assert all("/accounts/login/" in response.headers["Location"] for response in outside)
    for url in (address, wrong):
        assert client_of(other_member).get(url).status_code == 404
        assert client_of(other_member).post(url).status_code == 404
    client = client_of(member)
    assert client.get(wrong).status_code == 404
    assert "Quiet security circle" in text(client, address)
    assert client.post(address).headers["Location"] == QUIET
    assert "Quiet security circle" in text(client, QUIET)
    assert client.get(address).headers["Location"] == QUIET
    services.remove(private_page.working_group, member)
    assert "Quiet" not in text(client, address, 410)


def test_an_invitation_to_a_paused_group_says_so_and_a_press_of_the_button_changes_nothing(
    page: GroupPage, working_group: WorkingGroup, boss: User, member: User, client_of: ClientOf
) -> None:
    invitation, _new = invitations.invite(working_group, member.email, boss)
    services.pause(working_group)
    client, address = client_of(member), invitation_path(invitation)
    html = text(client, address)
    assert "pauses and takes no new members for now" in html
    assert "Join the group" not in html
    assert "takes no new members for now" in client.post(address, follow=True).content.decode()
    assert not Membership.objects.filter(user=member).exists()
    desk = client_of(boss).post(f"{URL}desk/members/", {"email": "typed@example.org"})
    assert "takes no new members for now" in desk.content.decode()
    assert "typed@example.org" in desk.content.decode()
    services.activate(working_group)
    assert "Join the group" in text(client, address)


def test_the_desk_says_the_same_of_every_address(
    page: GroupPage, boss: User, member: User, insider: User, client_of: ClientOf
) -> None:
    client = client_of(boss)
    said = set()
    for email in (member.email, insider.email, "nobody@example.org"):
        html = client.post(f"{URL}desk/members/", {"email": email}, follow=True).content.decode()
        said.add(html.split('role="status"')[1].split("</p>")[0].replace(email, "X"))
        assert f"<span>{email}</span>" in html
    assert len(said) == 1
    assert Membership.objects.filter(group=page.pk).count() == 2


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", "x" * 300 + "@example.org", "a\x00@example.org"])
def test_a_wrong_address_gets_a_sentence(email: str, page: GroupPage, boss: User, client_of: ClientOf) -> None:
    response = client_of(boss).post(f"{URL}desk/members/", {"email": email})
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not GroupInvitation.objects.exists()


def test_a_lead_takes_an_invitation_back(page: GroupPage, boss: User, client_of: ClientOf) -> None:
    invitation, _new = invitations.invite(page.working_group, "new@example.org", boss)
    client_of(boss).post(f"{URL}desk/invitations/{invitation.pk}/")
    assert GroupInvitation.objects.get().revoked_at is not None


# The desk


def test_only_those_who_run_the_group_have_a_desk(
    page: GroupPage,
    boss: User,
    insider: User,
    member: User,
    editor: User,
    moderator: User,
    administrator: User,
    client_of: ClientOf,
) -> None:
    for rest in DESKS:
        for user in (None, insider, member, editor, moderator):
            assert client_of(user).get(URL + rest).status_code == 404, (rest, user)
        for user in (boss, administrator):
            assert client_of(user).get(URL + rest).status_code == 200, (rest, user)


def test_the_desk_shows_what_waits(page: GroupPage, boss: User, member: User, client_of: ClientOf) -> None:
    services.request(page.working_group, member, "I keep payroll.")
    draft = news(page, title="Published news")
    draft.title = "Changed news"
    draft.save_revision()
    html = text(client_of(boss), f"{URL}desk/")
    for words in ("A county finance director", "I keep payroll.", "Changed news", f"/admin/pages/{draft.pk}/edit/"):
        assert words in html, words
    assert "1 request to join</a>" in text(client_of(boss), "/groups/mine/")


@pytest.mark.parametrize(("do", "answer", "inside"), [("approve", "approved", True), ("decline", "declined", False)])
def test_a_lead_answers_a_request(
    do: str, answer: str, inside: bool, page: GroupPage, boss: User, member: User, client_of: ClientOf
) -> None:
    services.request(page.working_group, member)
    asked = JoinRequest.objects.get()
    mail.outbox.clear()
    for _ in range(2):
        response = client_of(boss).post(f"{URL}desk/requests/{asked.pk}/", {"do": do, "note": "A sentence."})
        assert response.headers["Location"] == f"{URL}desk/"
    asked.refresh_from_db()
    assert asked.answer == answer
    assert Membership.objects.filter(group=page.pk, user=member).exists() is inside
    assert len(mail.outbox) == 1


def test_a_bad_answer_is_shown_at_its_request(page: GroupPage, boss: User, member: User, client_of: ClientOf) -> None:
    services.request(page.working_group, member)
    asked = JoinRequest.objects.get()
    response = client_of(boss).post(f"{URL}desk/requests/{asked.pk}/", {"do": "approve", "note": "n" * 501})
    assert "Say it in 500 characters at most" in response.content.decode()
    assert JoinRequest.objects.get().answer == Answer.WAITING


def test_a_lead_answers_no_request_of_another_group(
    page: GroupPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    other = group(lead=other_member)
    services.request(page.working_group, member)
    asked = JoinRequest.objects.get()
    address = f"{page_url(other)}desk/requests/{asked.pk}/"
    assert client_of(other_member).post(address, {"do": "approve"}).status_code == 404
    assert JoinRequest.objects.get().answer == Answer.WAITING


def test_a_lead_names_a_deputy_hands_over_and_has_no_desk_any_more(
    page: GroupPage, boss: User, insider: User, client_of: ClientOf
) -> None:
    client = client_of(boss)
    address = f"{URL}desk/members/{insider.pk}/"
    client.post(address, {"do": "role", "role": "deputy"})
    assert Membership.objects.get(user=insider, group=page.pk).role == Role.DEPUTY
    assert client_of(insider).get(f"{URL}desk/").status_code == 200
    asked = client.post(address, {"do": "hand-over"}).content.decode()
    assert "Hand Privacy working group over to A working group member?" in asked
    assert Membership.objects.get(user=boss, group=page.pk).role == Role.LEAD
    done = client.post(address, {"do": "hand-over", "sure": "yes"}, follow=True)
    assert done.redirect_chain[-1][0] == URL
    assert "A working group member leads Privacy working group now, in your place." in done.content.decode()
    assert client.get(f"{URL}desk/").status_code == 404


def test_a_lead_removes_a_member(page: GroupPage, boss: User, insider: User, client_of: ClientOf) -> None:
    client = client_of(boss)
    assert "Remove from the group" in text(client, f"{URL}desk/members/{insider.pk}/")
    address = f"{URL}desk/members/{insider.pk}/"
    asked = client.post(address, {"do": "remove"}).content.decode()
    assert "Remove A working group member from Privacy working group?" in asked
    assert Membership.objects.filter(user=insider).exists()
    html = client.post(address, {"do": "remove", "sure": "yes"}, follow=True).content.decode()
    assert "A working group member has been removed from Privacy working group." in html
    assert not Membership.objects.filter(user=insider).exists()
    assert client.post(address, {"do": "remove"}).status_code == 404


def test_nobody_removes_themselves_by_a_button_for_others(page: GroupPage, boss: User, client_of: ClientOf) -> None:
    client = client_of(boss)
    services.set_role(page.working_group, Membership.objects.exclude(user=boss).get().user, Role.LEAD)
    html = text(client, f"{URL}desk/members/{boss.pk}/")
    assert f"{URL}leave/" in html
    assert "Remove from the group" not in html
    for data in ({"do": "remove"}, {"do": "remove", "sure": "yes"}):
        assert client.post(f"{URL}desk/members/{boss.pk}/", data).headers["Location"] == f"{URL}leave/"
    assert Membership.objects.filter(user=boss, group=page.pk).exists()


@pytest.mark.parametrize("data", [{"do": "role", "role": "king"}, {"do": "role"}])
def test_a_role_that_does_not_exist_gets_a_sentence(
    data: dict[str, str], page: GroupPage, boss: User, insider: User, client_of: ClientOf
) -> None:
    response = client_of(boss).post(f"{URL}desk/members/{insider.pk}/", data)
    assert "There is a problem" in response.content.decode()
    assert Membership.objects.get(user=insider).role == Role.MEMBER


def test_an_act_that_does_not_exist_is_missing(page: GroupPage, boss: User, insider: User, client_of: ClientOf) -> None:
    assert client_of(boss).post(f"{URL}desk/members/{insider.pk}/", {"do": "nonsense"}).status_code == 404


# Settings


def settings_of(**changes: str) -> dict[str, str]:
    return {"state": "active", "joining": "request", "visibility": "public", **changes}


def test_visibility_is_changed_only_when_confirmed(page: GroupPage, boss: User, client_of: ClientOf) -> None:
    client = client_of(boss)
    html = client.post(f"{URL}settings/", settings_of(visibility="private", joining="invitation")).content.decode()
    assert "tick this box to confirm it" in html
    group_row = WorkingGroup.objects.get(pk=page.pk)
    assert (group_row.visibility, group_row.joining) == (Visibility.PUBLIC, Joining.REQUEST)
    client.post(f"{URL}settings/", settings_of(visibility="private", sure="on"))
    assert client_of(None).get(URL).status_code == 404
    assert client.get(URL).status_code == 200


def test_a_lead_archives_and_takes_up_again(page: GroupPage, boss: User, member: User, client_of: ClientOf) -> None:
    client = client_of(boss)
    client.post(f"{URL}settings/", settings_of(state="archived"))
    assert "Archived" in text(client, URL)
    html = client.post(f"{URL}desk/members/", {"email": "new@example.org"}, follow=True).content.decode()
    assert "This group is archived" in html
    client.post(f"{URL}settings/", settings_of(state="active"))
    assert WorkingGroup.objects.get(pk=page.pk).state == State.ACTIVE


@pytest.mark.parametrize("name", ["state", "joining", "visibility"])
def test_nonsense_in_the_settings_gets_a_sentence(name: str, page: GroupPage, boss: User, client_of: ClientOf) -> None:
    html = client_of(boss).post(f"{URL}settings/", settings_of(**{name: "nonsense"})).content.decode()
    assert "There is a problem" in html
    assert WorkingGroup.objects.get(pk=page.pk).visibility == Visibility.PUBLIC


# My groups


def test_my_groups_are_listed_with_what_i_asked(
    page: GroupPage, private_page: GroupPage, insider: User, member: User, client_of: ClientOf
) -> None:
    html = text(client_of(insider), "/groups/mine/")
    assert "Privacy working group" in html
    assert "Quiet security circle" in html
    services.request(page.working_group, member)
    html = text(client_of(member), "/groups/mine/")
    assert "You have asked to join" in html
    assert "Quiet security circle" not in html
    assert client_of(None).get("/groups/mine/").status_code == 302


def test_a_page_can_be_previewed_before_it_is_saved(home: object, administrator: User, client_of: ClientOf) -> None:
    index = group().get_parent()
    address = f"/admin/pages/add/groups/grouppage/{index.pk}/preview/"
    data = {
        "title": "Coming group",
        "slug": "coming",
        "summary": "",
        "lang": "en",
        **{f"{name}-count": "0" for name in ("body", "objectives", "agenda", "products")},
    }
    client = client_of(administrator)
    assert client.post(address, data).json()["is_valid"]
    assert "Coming group" in client.get(address, {"mode": ""}).content.decode()


# What waits


def test_the_desk_leads_to_whatever_a_lead_writes(page: GroupPage, boss: User, client_of: ClientOf) -> None:
    html = text(client_of(boss), f"{URL}desk/")
    for address in (
        f"/admin/pages/{page.pk}/add_subpage/",
        f"/admin/pages/add/events/eventpage/{page.pk}/",
        f"/admin/pages/{page.pk}/edit/",
        "/admin/documents/multiple/add/",
    ):
        assert f'href="{address}"' in html, address
    settings = text(client_of(boss), f"{URL}settings/")
    assert f'href="/admin/pages/{page.pk}/edit/"' in settings
    assert f'href="{URL}desk/members/"' in settings


def test_my_groups_say_my_role_and_to_those_who_run_them_what_waits(
    page: GroupPage, boss: User, insider: User, member: User, client_of: ClientOf
) -> None:
    assert "Nothing waits." in text(client_of(boss), "/groups/mine/")
    services.request(page.working_group, member)
    plain_page(page).save_revision()
    TopicFactory(board=add(page, BoardPage(title="Board", slug="board")), author=insider)
    html = text(client_of(boss), "/groups/mine/")
    assert "Your role: Lead" in html
    for words, anchor in (
        ("1 request to join", "requests"),
        ("1 question without an answer", "panel-unanswered"),
        ("1 draft", "drafts"),
    ):
        assert f'<a href="{URL}desk/#{anchor}">{words}</a>' in html
        assert f'id="{anchor}"' in text(client_of(boss), f"{URL}desk/")
    html = text(client_of(insider), "/groups/mine/")
    assert "Your role: Member" in html
    assert "desk/" not in html


def test_visitors_learn_that_there_may_be_more_groups_for_members(
    page: GroupPage, member: User, client_of: ClientOf
) -> None:
    words = "Sign in to see those for members"
    assert words in text(client_of(None), "/groups/")
    assert words not in text(client_of(member), "/groups/")

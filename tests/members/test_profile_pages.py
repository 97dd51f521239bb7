"""Who sees which part of a profile: the page, its previews, the portrait, and references from other rooms."""

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.accounts.querysets import events_of
from portal.core import references
from portal.core.viewer import VISITOR, viewer_for
from portal.members import services
from portal.members.access import PARTS
from portal.members.models import Profile
from portal.search.models import SearchEntry, SearchFacet
from tests.factories.members import picture, profiled, with_portrait
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]

LEVELS = ("all", "members", "nobody")
# A word in each part by which it is known again; what shows a portrait is its address.
CANARY = {
    "role": "canaryrole",
    "organisation": "canaryorganisation",
    "place": "canaryplace",
    "service_lines": "canaryline",
    "ask_about": "canaryask",
    "about": "canaryabout",
    "affiliation": "Research",
    "languages": "Icelandic",
    "portrait": "/portrait/",
}


@pytest.fixture
def subject(tmp_path: Path) -> Any:
    """A member with a canary word in each part."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield with_portrait(
            profiled(
                name="A canary keeper",
                organisation="canaryorganisation",
                affiliation="research",
                role="canaryrole",
                place=concept("canaryplace", scheme=SchemeFactory(slug="place")),
                service_lines=[concept("canaryline", scheme=SchemeFactory(slug="service-line"))],
                ask_about=[concept("canaryask", scheme=SchemeFactory(slug="topic"))],
                languages=["is"],
                about="canaryabout",
            )
        )


def words_of(entry: SearchEntry) -> str:
    facets = SearchFacet.objects.filter(entry=entry).values_list("value", flat=True)
    names = {"research": "Research", "is": "Icelandic"}
    return " ".join([entry.title, entry.summary, entry.body, *(names.get(value, "") for value in facets)])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(levels=st.tuples(*(st.sampled_from(LEVELS) for _ in PARTS)), name=st.sampled_from(LEVELS[:2]))
def test_page_search_portrait_and_facets_show_what_a_plain_reading_says(
    levels: tuple[str, ...], name: str, subject: User, member: User, administrator: User, client_of: Clients
) -> None:
    show = dict(zip(PARTS, levels, strict=True))
    services.update(subject, show={**show, "name": name})
    for viewer in (None, member, subject, administrator):
        seen = {"nobody"} if viewer in (subject, administrator) else set()
        seen |= {"all", "members"} if viewer else {"all"}
        client = client_of(viewer)
        response = client.get(f"/members/{subject.pk}/")
        picture_status = client.get(f"/members/{subject.pk}/portrait/").status_code
        if name not in seen:
            assert (response.status_code, picture_status) == (404, 404)
            assert "canary" not in response.content.decode()
            continue
        page = response.content.decode().split("<main")[1]
        assert {part for part in PARTS if CANARY[part] in page} == {part for part in PARTS if show[part] in seen}
        assert picture_status == (200 if show["portrait"] in seen else 404)
    entry = SearchEntry.objects.get(kind="member", object_pk=subject.pk)
    assert entry.audience.key == "member"
    found = words_of(entry)
    searchable = set(PARTS) - {"portrait"}
    assert {part for part in searchable if CANARY[part] in found} == {
        part for part in searchable if show[part] != "nobody"
    }
    concept_facets = SearchFacet.objects.filter(entry=entry, concept_id__isnull=False)
    assert concept_facets.count() == sum(show[part] != "nobody" for part in ("place", "service_lines", "ask_about"))


def test_what_is_for_nobody_is_nowhere(subject: User, member: User, client_of: Clients) -> None:
    services.update(subject, show=dict.fromkeys(PARTS, "nobody"))
    client = client_of(member)
    for url in (
        f"/members/{subject.pk}/",
        f"/members/{subject.pk}/?as=member",
        f"/members/{subject.pk}/contact/",
        "/members/",
        "/members/?q=canary",
        "/search/?q=canaryrole",
        "/search/suggest/?q=canary",
    ):
        page = client.get(url).content.decode()
        # Terms are everybody's, whoever has named them in a profile.
        shown = re.sub("<li>Terms that come near:.*?</li>", "", page.split("<main")[-1], flags=re.DOTALL)
        for part in ("role", "organisation", "place", "service_lines", "ask_about", "about", "portrait"):
            query = url.partition("q=")[2]
            assert CANARY[part] not in shown or (query and CANARY[part] == query), f"{part} in {url}"


def test_the_owner_sees_who_sees_what_and_looks_through_others_eyes(subject: User, client_of: Clients) -> None:
    services.update(subject, show={"role": "nobody", "about": "all", "place": "members", "name": "all"})
    client = client_of(subject)
    page = client.get(f"/members/{subject.pk}/").content.decode()
    assert page.count("Seen by:") == 9 - 1  # the portrait needs no mark of its own
    assert "canaryrole" in page
    member_page = client.get(f"/members/{subject.pk}/?as=member").content.decode()
    assert "canaryrole" not in member_page
    assert "canaryplace" in member_page
    visitor_page = client.get(f"/members/{subject.pk}/?as=visitor").content.decode()
    assert "canaryplace" not in visitor_page
    assert "canaryabout" in visitor_page


def test_a_preview_of_a_page_that_visitors_do_not_find_says_so(subject: User, client_of: Clients) -> None:
    page = client_of(subject).get(f"/members/{subject.pk}/?as=visitor").content.decode()
    assert "Visitors do not find this page" in page
    assert "canaryrole" not in page


def test_nobody_else_can_look_through_the_owners_eyes(subject: User, member: User, client_of: Clients) -> None:
    services.update(subject, show={"role": "nobody"})
    for preview in ("", "owner", "visitor", "member", "all"):
        page = client_of(member).get(f"/members/{subject.pk}/?as={preview}").content.decode()
        assert "canaryrole" not in page
        assert "Seen by:" not in page


def test_a_hidden_profile_looks_like_a_missing_one(subject: User, client_of: Clients) -> None:
    visitor = client_of(None)
    hidden = visitor.get(f"/members/{subject.pk}/")
    missing = visitor.get("/members/99999999/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.decode().replace(f"/{subject.pk}/", "/99999999/") == missing.content.decode()
    assert "Sign in" in hidden.content.decode()


@pytest.mark.parametrize("page", ["", "portrait/", "contact/"])
def test_a_closed_account_is_found_by_nobody(
    page: str, subject: User, member: User, administrator: User, client_of: Clients
) -> None:
    services.update(subject, show={"name": "all", "portrait": "all"})
    User.objects.filter(pk=subject.pk).update(is_active=False)
    for viewer in (member, administrator):
        assert client_of(viewer).get(f"/members/{subject.pk}/{page}").status_code == 404
    assert client_of(None).get(f"/members/{subject.pk}/{page}").status_code in {302, 404}


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 400])
def test_a_number_that_no_member_has_is_missing(number: str, member: User, client_of: Clients) -> None:
    for page, client in product(("", "portrait/", "contact/"), (client_of(member),)):
        assert client.get(f"/members/{number}/{page}").status_code == 404


def test_a_portrait_is_kept_by_no_cache_unless_everybody_may_see_it(
    subject: User, member: User, client_of: Clients
) -> None:
    address = f"/members/{subject.pk}/portrait/"
    private = client_of(member).get(address)
    assert private.headers["Cache-Control"] == "private, no-store"
    assert private.headers["Content-Type"] == "image/webp"
    assert private.headers["X-Content-Type-Options"] == "nosniff"
    services.update(subject, show={"name": "all", "portrait": "all"})
    assert client_of(None).get(address).headers["Cache-Control"] == "public, no-cache"


def test_a_portrait_has_no_address_of_its_own(subject: User, administrator: User, client_of: Clients) -> None:
    name = Profile.objects.get(pk=subject.pk).portrait.name
    assert client_of(administrator).get(f"/media/{name}").status_code == 404
    assert re.fullmatch(r"portraits/[\w-]{32}\.webp", str(name)), "the name is chance alone"


def test_a_portrait_whose_file_is_lost_is_missing(subject: User, member: User, client_of: Clients) -> None:
    profile = Profile.objects.get(pk=subject.pk)
    profile.portrait.storage.delete(str(profile.portrait.name))
    assert client_of(member).get(f"/members/{subject.pk}/portrait/").status_code == 404


def test_references_lead_to_profiles_that_the_viewer_may_open(
    subject: User, member: User, django_assert_num_queries: Any
) -> None:
    keys = [str(subject.pk), str(member.pk), "999999", "nonsense", "9" * 40, "²"]
    viewer = viewer_for(member)
    with django_assert_num_queries(1):
        links = references.resolve("member", keys, viewer)
    assert set(links) == {str(subject.pk), str(member.pk)}
    assert links[str(subject.pk)].url == f"/members/{subject.pk}/"
    assert references.resolve("member", keys, VISITOR) == {}
    services.update(subject, show={"name": "all"})
    assert set(references.resolve("member", keys, VISITOR)) == {str(subject.pk)}


def filled(**changes: Any) -> dict[str, Any]:
    """What the profile's form posts, with changes."""
    levels = {f"show_{part}": "members" for part in ("name", *PARTS)}
    return {"name": "A county finance director", "affiliation": "government", "contactable": "on", **levels, **changes}


def test_the_form_saves_every_part_and_shows_the_profile(member: User, client_of: Clients, tmp_path: Path) -> None:
    line = concept("Payroll", scheme=SchemeFactory(slug="service-line"))
    place = concept("Iowa", scheme=SchemeFactory(slug="place"))
    picked = SimpleUploadedFile("me.png", picture().getvalue(), "image/png")
    posted = filled(
        role=" Finance\x00  director ",
        place=place.pk,
        service_lines=[line.pk],
        ask_about=[line.pk],
        languages="french, EN; Deutsch",
        about="I *count*.",
        show_role="all",
        show_name="all",
        portrait=picked,
    )
    del posted["contactable"]
    with override_settings(MEDIA_ROOT=tmp_path):
        response = client_of(member).post("/members/me/", posted)
        assert response.status_code == 302
        assert response.headers["Location"] == f"/members/{member.pk}/"
        page = client_of(member).get("/members/me/").content.decode()
    profile = Profile.objects.get(user=member)
    assert (profile.role, profile.place, profile.languages) == ("Finance director", place, ["fr", "en", "de"])
    assert (profile.show_role, profile.show_name, profile.contactable) == ("all", "all", False)
    assert profile.portrait
    assert "French, English, German" in page
    assert "Remove the portrait" in page
    assert [event.action for event in events_of(member.pk)] == ["profile_changed"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "\u200b"}, "Enter a name that can be read"),
        ({"role": "x" * 121}, "at most 120 characters"),
        ({"languages": "Klingon"}, "We do not know these languages: Klingon"),
        (
            {"languages": ",".join(["en", "fr", "de", "es", "it", "nl", "da", "sv", "fi", "et", "lv", "lt", "pl"])},
            "at most 12",
        ),
        ({"place": "999999"}, "not one of the available choices"),
        ({"place": "9" * 50}, "not one of the available choices"),
        ({"service_lines": ["999999"]}, "Choose again"),
        ({"ask_about": ["nonsense"]}, "Choose concepts from the list"),
        ({"about": "x" * 2001}, "at most 2000 characters"),
        ({"show_name": "nobody"}, "not one of the available choices"),
        ({"show_role": "friends"}, "not one of the available choices"),
        ({"show_role": ""}, "This field is required"),
        ({"portrait": SimpleUploadedFile("me.png", b"<?php", "image/png")}, "no picture that we can read"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_changes_nothing(
    changes: dict[str, Any], sentence: str, member: User, client_of: Clients
) -> None:
    response = client_of(member).post("/members/me/", filled(**{"role": "Kept", **changes}))
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert "There is a problem" in page
    if "role" not in changes:
        assert 'value="Kept"' in page
    assert Profile.objects.get(user=member).role == ""


def test_a_refused_profile_keeps_what_was_typed_and_the_old_name_in_the_masthead(
    member: User, client_of: Clients
) -> None:
    posted = filled(name="", organisation="A town", affiliation="robot")
    page = client_of(member).post("/members/me/", posted).content.decode()
    assert 'value="A town"' in page
    assert member.name in page.split("<main")[0]
    member.refresh_from_db()
    assert member.organisation == ""


def test_the_profile_cannot_set_anything_else(member: User, client_of: Clients) -> None:
    client_of(member).post("/members/me/", filled(name="X", is_superuser="on", email="x@example.org"))
    member.refresh_from_db()
    assert (member.name, member.is_superuser, member.email) == ("X", False, "member@example.org")


def test_too_many_terms_are_refused_in_a_sentence(member: User, client_of: Clients) -> None:
    scheme = SchemeFactory(slug="topic")
    terms = [concept(scheme=scheme).pk for _ in range(13)]
    page = client_of(member).post("/members/me/", filled(ask_about=terms)).content.decode()
    assert "Choose at most 12" in page


def test_the_portrait_can_be_taken_away(member: User, client_of: Clients, tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        with_portrait(member)
        client_of(member).post("/members/me/", filled(remove_portrait="on"))
    assert not Profile.objects.get(user=member).portrait


def test_a_place_that_is_offered_no_more_stays_chosen(member: User, client_of: Clients) -> None:
    old = concept("Old county", scheme=SchemeFactory(slug="place"), status="deprecated")
    services.update(member, place=old)
    assert "Old county" in client_of(member).get("/members/me/").content.decode()


def test_what_a_member_writes_is_shown_as_text(member: User, other_member: User, client_of: Clients) -> None:
    services.update(member, role="<script>alert(1)</script>", about="<img src=x onerror=alert(1)> [x](javascript:y)")
    page = client_of(other_member).get(f"/members/{member.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page

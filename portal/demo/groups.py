"""The working groups: charter, people, documents, news and a board, made together or not at all."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from forums.importing import upsert_board
from portal.accounts.models import User
from portal.demo.files import make_document
from portal.demo.pages import missing, plant
from portal.demo.people import authors
from portal.demo.reading import Entry, read_entries
from portal.demo.streams import body_stream, sentences
from portal.groups import services
from portal.groups.models import (
    GroupIndexPage,
    GroupNewsPage,
    GroupPage,
    Joining,
    JoinRequest,
    Role,
    Visibility,
    WorkingGroup,
)

# The groups have been at work for some weeks: everybody joined a day after the one before.
FOUNDED_DAYS_AGO = 32
LISTS = (("leads", Role.LEAD), ("deputies", Role.DEPUTY), ("members", Role.MEMBER))


def load_groups() -> int:
    """The groups that are missing, each with everything that belongs to it. Returns how many pages that were."""
    index = GroupIndexPage.objects.get()
    entries = [entry for entry in read_entries("groups") if missing(index, entry.slug)]
    people = authors() if entries else {}
    return sum(_load_group(index, entry, people) for entry in entries)


def _load_group(index: GroupIndexPage, entry: Entry, people: dict[str, User]) -> int:
    page = plant(index, _page(entry), concepts=entry.data["concepts"], days_ago=FOUNDED_DAYS_AGO)
    # Founded with its page, and private until this line.
    group = services.found(
        page, visibility=Visibility(entry.data["visibility"]), joining=Joining(entry.data["joining"])
    )
    _gather(group, entry.data, people)
    page.products = _products(entry.data["products"], _documents(group, entry.data["documents"]))
    page.save_revision().publish()
    upsert_board(page, entry.data["board"])
    return 2 + _load_news(page)


def _page(entry: Entry) -> GroupPage:
    data = entry.data
    agenda = [
        {"when": item["month"], "item": item["item"], "kind": item["kind"], "done": item.get("done", False)}
        for item in data["agenda"]
    ]
    return GroupPage(
        slug=entry.slug,
        title=data["title"],
        summary=data["summary"],
        body=body_stream(entry.body),
        objectives=sentences(data["objectives"]),
        agenda_begins=(timezone.now() - timedelta(days=FOUNDED_DAYS_AGO)).date(),
        agenda=[{"type": "item", "value": item} for item in agenda],
    )


def _gather(group: WorkingGroup, data: dict[str, Any], people: dict[str, User]) -> None:
    """The group's people in the order of the file, and who waits for an answer. Nobody is mailed."""
    joined = timezone.now() - timedelta(days=FOUNDED_DAYS_AGO)
    for name, role in LISTS:
        for key in data.get(name, ()):
            services.add(group, people[key], role, at=joined)
            joined += timedelta(days=1)
    for asked in data.get("requests", ()):
        JoinRequest.objects.create(group=group, user=people[asked["member"]], message=asked["note"])


def _documents(group: WorkingGroup, entries: list[dict[str, str]]) -> dict[str, int]:
    """The documents in the group's own collection: their ids by key."""
    return {
        entry["key"]: make_document(
            entry["title"], f"groups/{entry['source']}", format=entry["format"], collection=group.collection
        ).pk
        for entry in entries
    }


def _products(entries: list[dict[str, str]], documents: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"type": "product", "value": {**entry, "document": documents.get(entry.get("document", ""))}}
        for entry in entries
    ]


def _load_news(page: Page) -> int:
    entries = read_entries(f"groups/{page.slug}/news")
    for entry in entries:
        news = GroupNewsPage(
            slug=entry.slug, title=entry.data["title"], summary=entry.data["summary"], body=body_stream(entry.body)
        )
        plant(page, news, days_ago=entry.data["days_ago"])
    return len(entries)

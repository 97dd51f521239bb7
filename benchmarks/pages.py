"""Which pages are measured, as whom, and how good they are to be. Nothing here needs Django."""

from dataclasses import dataclass
from enum import StrEnum

BARE = "bare view"
# A question with more answers than one page shows, so that its first page is a full one.
LONG_TOPIC = "right-to-leave-did-anybody-use-it"


class Reader(StrEnum):
    """As whom a page is asked for."""

    STORED = "visitor, stored"
    VISITOR = "visitor, made anew"
    MEMBER = "member"


class Shape(StrEnum):
    """What kind of work a page is; targets hang on it."""

    LIST = "list"
    DETAIL = "detail"
    SEARCH = "search"
    TOPIC = "topic"
    DIRECTORY = "directory"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Target:
    """The most that a page may cost: a multiple of the bare view's CPU time, and SQL queries. None is no target."""

    ratio: float | None = None
    queries: int | None = None


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page: its name in the table, its address, and the work it is.

    A `{topic}` in the address stands for the number and slug of `LONG_TOPIC`, and `{profile}` for a member's number:
    both are known once the content is loaded.
    """

    name: str
    path: str
    shape: Shape


PAGES = (
    PageKind("home", "/", Shape.LIST),
    PageKind("case list", "/cases/", Shape.LIST),
    PageKind("case", "/cases/nasa-shared-services-center/", Shape.DETAIL),
    PageKind("kit stage", "/toolkit/governance/", Shape.DETAIL),
    PageKind("glossary term", "/glossary/service-level-agreement/", Shape.DETAIL),
    PageKind("glossary index", "/glossary/", Shape.LIST),
    PageKind("search", "/search/?q=shared+services&level=federal", Shape.SEARCH),
    PageKind("board", "/forums/governance-and-customers/", Shape.LIST),
    PageKind("topic", "/forums/governance-and-customers/{topic}/", Shape.TOPIC),
    PageKind("article", "/insights/budgets-and-the-right-to-leave/", Shape.DETAIL),
    PageKind("group list", "/groups/", Shape.LIST),
    PageKind("group", "/groups/privacy/", Shape.DETAIL),
    PageKind("calendar", "/events/", Shape.LIST),
    PageKind("event", "/events/starter-kit-briefing/", Shape.DETAIL),
    PageKind("directory", "/members/", Shape.DIRECTORY),
    PageKind("directory, chosen", "/members/?service-line=payroll&affiliation=government", Shape.DIRECTORY),
    PageKind("profile", "/members/{profile}/", Shape.PROFILE),
)

STORED_TARGET = Target(ratio=3)
TARGETS = {
    (Shape.LIST, Reader.MEMBER): Target(ratio=40, queries=15),
    (Shape.DETAIL, Reader.MEMBER): Target(ratio=25, queries=15),
    (Shape.SEARCH, Reader.VISITOR): Target(ratio=40, queries=15),
    (Shape.SEARCH, Reader.MEMBER): Target(ratio=40, queries=15),
    (Shape.DIRECTORY, Reader.MEMBER): Target(ratio=40, queries=15),
    (Shape.PROFILE, Reader.MEMBER): Target(ratio=25, queries=15),
    (Shape.TOPIC, Reader.VISITOR): Target(ratio=25, queries=12),
    (Shape.TOPIC, Reader.MEMBER): Target(ratio=35, queries=15),
}


def readers_of(shape: Shape) -> tuple[Reader, ...]:
    """As whom a page of `shape` is asked for. A search for words is never stored: there is no end to words.

    The directory and its profiles are for members.
    """
    if shape in {Shape.DIRECTORY, Shape.PROFILE}:
        return (Reader.MEMBER,)
    return (Reader.VISITOR, Reader.MEMBER) if shape is Shape.SEARCH else tuple(Reader)


def target_of(shape: Shape, reader: Reader) -> Target:
    """How good a page of `shape` is to be for `reader`; empty where nothing was promised."""
    if reader is Reader.STORED:
        return STORED_TARGET
    return TARGETS.get((shape, reader), Target())


def address(path: str, reader: Reader) -> str:
    """`path` as `reader` asks for it: a query key that nobody registered passes the page cache by."""
    if reader is not Reader.VISITOR:
        return path
    return f"{path}{'&' if '?' in path else '?'}made-anew=1"

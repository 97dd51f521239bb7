"""Measures the pages of both portals in turn, each beside the bare view, and how long posting a reply takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice

from benchmarks.browser import Browser, form_in
from benchmarks.forums.facts import (
    BOARDS,
    DEEP_LIST,
    FIRST_LIST,
    FIRST_TOPIC,
    LATEST,
    MIDDLE_TOPIC,
    UNANSWERED,
    Facts,
)
from benchmarks.measure import WARM_UP, Bench, Cell, bare_cell
from benchmarks.pages import Reader, Target, address
from benchmarks.server import BenchmarkError

TOPIC_TARGETS = {Reader.VISITOR: Target(ratio=25, queries=12), Reader.MEMBER: Target(ratio=35, queries=15)}
LIST_TARGETS = {reader: Target(ratio=30, queries=12) for reader in (Reader.VISITOR, Reader.MEMBER)}
TARGETS = {
    FIRST_TOPIC: TOPIC_TARGETS,
    MIDDLE_TOPIC: TOPIC_TARGETS,
    FIRST_LIST: LIST_TARGETS,
    DEEP_LIST: LIST_TARGETS,
    UNANSWERED: LIST_TARGETS,
    LATEST: LIST_TARGETS,
    BOARDS: LIST_TARGETS,
}
REPLY_P50_MS = 25
REPLIES = 60
# How much dearer things may be in a large portal.
GROWTH = 1.5
WORDS = "We priced it by the month, and told the departments what they would have paid alone. " * 4


@dataclass(slots=True)
class Portal:
    """One of the portals that are compared, with its cells in the order of `TARGETS` and what replies took."""

    name: str
    bench: Bench
    facts: Facts
    cells: list[Cell] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    long_replies: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cells = [
            Cell(
                page=page,
                path=address(self.facts.paths[page], reader),
                reader=reader,
                target=target,
                queries=self.facts.queries[page][reader.value],
            )
            for page, targets in TARGETS.items()
            for reader, target in targets.items()
        ]


def pages(portals: list[Portal], rounds: int, progress: Callable[[], object]) -> Cell:
    """Fill the cells of all portals; returns the bare view's."""
    bare = bare_cell()
    for portal in portals:
        for cell in portal.cells:
            portal.bench.sample(portal.bench.portal, cell, WARM_UP)
    for _round in range(rounds):
        for at in range(len(portals[0].cells)):
            bench = portals[0].bench
            beside = bench.sample(bench.bare, bare, bench.effort)
            bare.samples.append(beside)
            bare.beside.append(beside)
            for portal in portals:
                cell = portal.cells[at]
                cell.samples.append(portal.bench.sample(portal.bench.portal, cell, portal.bench.effort))
                cell.beside.append(beside)
                progress()
    return bare


def replies(portals: list[Portal], number: int, progress: Callable[[], object]) -> None:
    """Post `number` replies to each portal in turn: to topics of usual length, and a fifth as many to a long one."""
    waiting = [(portal, _replying(portal)) for portal in portals]
    for _reply in range(number):
        for portal, posting in waiting:
            portal.replies.append(next(posting))
            progress()
    for portal in portals:
        browsers = _browsers(portal)
        for browser in islice(browsers, max(1, number // 5)):
            portal.long_replies.append(reply(browser, portal.facts.long_place))


def _browsers(portal: Portal) -> Iterator[Browser]:
    return cycle([Browser(portal.bench.portal.port, cookie) for cookie in portal.facts.writers])


def _replying(portal: Portal) -> Iterator[float]:
    """Each item is what one more reply took."""
    for browser, place in zip(_browsers(portal), cycle(portal.facts.places), strict=False):
        yield reply(browser, place)


def reply(browser: Browser, place: str) -> float:
    """Milliseconds from sending the form of the topic at `place` to the answer. Raises BenchmarkError."""
    page = browser.get(place)
    form = form_in(page.text, "/answer/")
    if form is None:
        raise BenchmarkError(f"There is no form to answer in at {place} ({page.status}).")
    answer = browser.post(form.action, {**form.fields, "body": WORDS, "do": "post"})
    if answer.status != 302:
        raise BenchmarkError(f"The reply at {place} was answered with {answer.status}.")
    return answer.milliseconds

"""The closure of a graph of broader links, as plain functions on ids, and the rows that hold it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

from django.db.models import Q

from taxonomy.models import Ancestry, BroaderLink

ROWS_AT_ONCE = 500
Link = tuple[int, int]


def ancestors(pk: int, broader: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """Every ancestor of `pk` with the fewest steps up to it. A cycle in `broader` ends the walk, it does not loop."""
    depths: dict[int, int] = {}
    level, depth = set(broader.get(pk, ())), 1
    while level:
        fresh = level - depths.keys() - {pk}
        depths.update(dict.fromkeys(fresh, depth))
        level = {above for found in fresh for above in broader.get(found, ())}
        depth += 1
    return depths


def reaches(start: Iterable[int], target: int, broader: Mapping[int, Iterable[int]]) -> bool:
    """Whether `target` is among `start` or above any of it."""
    starts = set(start)
    return target in starts or any(target in ancestors(pk, broader) for pk in starts)


def find_cycle(broader: Mapping[int, Iterable[int]]) -> tuple[int, int] | None:
    """Some link (concept, broader) that is part of a cycle, None when there is none. Walks each link once."""
    done: set[int] = set()
    for start in broader:
        path: dict[int, Sequence[int]] = {}
        stack = [(start, iter(tuple(broader.get(start, ()))))]
        path[start] = ()
        while stack:
            pk, rest = stack[-1]
            above = next(rest, None)
            if above is None:
                stack.pop()
                del path[pk]
                done.add(pk)
            elif above in path:
                return pk, above
            elif above not in done:
                path[above] = ()
                stack.append((above, iter(tuple(broader.get(above, ())))))
        done.add(start)
    return None


def cut_circles(links: Set[Link], kept: Set[Link], key: Callable[[int], Any]) -> list[Link]:
    """Those of `links` (concept, broader) to leave out so that no way along them and the links `kept` is a circle.

    `kept` have no circle among themselves and are never cut. `key` orders the concepts, so that the same links give
    the same answer in any database. Walks each link once, and again for each circle that a kept link closes.
    """
    graph: dict[int, list[int]] = defaultdict(list)
    for low, high in sorted(links | kept, key=lambda link: (link not in kept, key(link[0]), key(link[1]))):
        graph[low].append(high)
    cut: list[Link] = []
    while _cut_until_kept(graph, sorted(graph, key=key), links - kept, cut):
        pass
    return cut


def _cut_until_kept(graph: dict[int, list[int]], starts: Iterable[int], links: Set[Link], cut: list[Link]) -> bool:
    """Cut the link that closes each circle, from the graph too. Whether one had to be cut on the way instead."""
    done: set[int] = set()
    for start in starts:
        way: list[int] = [start]
        ahead = [iter(tuple(graph[start]))] if start not in done else []
        on_way = {start}
        while ahead:
            at = way[-1]
            above = next(ahead[-1], None)
            if above is None:
                ahead.pop()
                on_way.remove(way.pop())
                done.add(at)
            elif above in on_way:
                circle = [*way[way.index(above) :], above]
                link = next(pair for pair in reversed([*pairwise(circle)]) if pair in links)
                graph[link[0]].remove(link[1])
                cut.append(link)
                if link != (at, above):
                    return True
            elif above not in done:
                way.append(above)
                on_way.add(above)
                ahead.append(iter(tuple(graph.get(above, ()))))
    return False


def refresh(root: int) -> set[int]:
    """Make the rows of `root` and all below it right again, after `root`'s links changed: four queries or fewer.

    Returns the ids of the concepts whose set of ancestors is another one now.
    """
    below = Ancestry.objects.filter(ancestor_id=root).values("concept_id")
    return _write(Q(concept_id=root) | Q(concept_id__in=below), {root})


def refresh_all() -> set[int]:
    """Make every row right. Returns the ids of the concepts whose set of ancestors is another one now."""
    return _write(Q(), set())


def _write(scope: Q, roots: set[int]) -> set[int]:
    """Compare what the rows in `scope` say with what the links say, and write the difference."""
    broader: dict[int, list[int]] = defaultdict(list)
    for concept_id, broader_id in BroaderLink.objects.values_list("concept_id", "broader_id"):
        broader[concept_id].append(broader_id)
    held: dict[tuple[int, int], tuple[int, int]] = {
        (concept_id, ancestor_id): (pk, depth)
        for pk, concept_id, ancestor_id, depth in Ancestry.objects.filter(scope).values_list(
            "pk", "concept_id", "ancestor_id", "depth"
        )
    }
    concerned = roots | {concept_id for concept_id, _above in held} | (set() if roots else set(broader))
    wanted = {(pk, above): depth for pk in concerned for above, depth in ancestors(pk, broader).items()}
    stale = [(pair, pk) for pair, (pk, depth) in held.items() if wanted.get(pair) != depth]
    fresh = {pair: depth for pair, depth in wanted.items() if pair not in held or held[pair][1] != depth}
    for start in range(0, len(stale), ROWS_AT_ONCE):
        Ancestry.objects.filter(pk__in=[pk for _pair, pk in stale[start : start + ROWS_AT_ONCE]]).delete()
    Ancestry.objects.bulk_create(
        [Ancestry(concept_id=pk, ancestor_id=above, depth=depth) for (pk, above), depth in fresh.items()],
        batch_size=ROWS_AT_ONCE,
    )
    return {pair[0] for pair in {pair for pair, _pk in stale} ^ fresh.keys()}

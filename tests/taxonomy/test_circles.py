"""Breaking circles in careless files."""

from hypothesis import given
from hypothesis import strategies as st

from taxonomy import closure

LINKS = st.frozensets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda link: link[0] != link[1]))


def graph(links: frozenset[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for low, high in links:
        found.setdefault(low, []).append(high)
    return found


def cut(links: frozenset[tuple[int, int]], kept: frozenset[tuple[int, int]] = frozenset()) -> list[tuple[int, int]]:
    return closure.cut_circles(links, kept, key=lambda pk: pk)


@given(LINKS, LINKS)
def test_what_is_left_has_no_circle_and_what_was_there_before_is_never_cut(
    links: frozenset[tuple[int, int]], others: frozenset[tuple[int, int]]
) -> None:
    kept = frozenset((low, high) for low, high in others if low < high)
    gone = cut(links, kept)
    assert closure.find_cycle(graph((links | kept) - set(gone))) is None
    assert set(gone) <= links - kept


@given(LINKS)
def test_links_without_a_circle_are_left_alone(links: frozenset[tuple[int, int]]) -> None:
    assert cut(frozenset((low, high) for low, high in links if low < high)) == []


@given(LINKS)
def test_each_cut_was_needed_and_the_same_links_are_cut_the_same(links: frozenset[tuple[int, int]]) -> None:
    gone = cut(links)
    left = links - set(gone)
    for link in gone:
        assert closure.find_cycle(graph(left | {link})) is not None
    assert cut(links) == gone


def test_a_chain_of_fifty_thousand_is_walked_without_recursion() -> None:
    chain = frozenset((number, number + 1) for number in range(50_000))
    assert cut(chain) == []
    assert cut(chain | {(50_000, 0)}) == [(50_000, 0)]

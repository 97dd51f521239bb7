"""Whatever is merged and moved in whatever order: the closure is that of brute force, and no reference is lost."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.models import CasePage
from taxonomy import closure, services
from taxonomy.models import Ancestry, BroaderLink, Concept, RelatedLink
from taxonomy.rules import VocabularyError
from taxonomy.services.merging import contracted
from tests.factories.pages import case
from tests.factories.taxonomy import SchemeFactory, concept
from tests.taxonomy.test_properties import by_brute_force

SIZE = 6
NUMBERS = st.integers(0, SIZE - 1)
# A link leads from a larger number to a smaller one, so that there is no circle.
LINKS = st.sets(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] > pair[1]), max_size=10)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), NUMBERS, NUMBERS),
        st.tuples(st.just("move"), NUMBERS, NUMBERS),
        st.tuples(st.just("scheme"), NUMBERS, st.integers(0, 1)),
    ),
    max_size=5,
)


def graph_of(links: set[tuple[int, int]]) -> dict[int, set[int]]:
    graph: dict[int, set[int]] = {number: set() for number in range(SIZE)}
    for low, high in links:
        graph[low].add(high)
    return graph


@given(LINKS, NUMBERS, NUMBERS)
@settings(max_examples=400)
def test_two_concepts_contract_without_a_circle_and_without_losing_a_neighbour(
    links: set[tuple[int, int]], one: int, other: int
) -> None:
    if one == other:
        return
    before = graph_of(links)
    after = {**before, **contracted(before, one, other), one: set()}
    assert closure.find_cycle(after) is None
    assert not any(one in above for above in after.values())
    up, now = by_brute_force(before), by_brute_force(after)
    for high in before[one]:
        if high != other and other not in up.get(high, {}):
            assert high in now.get(other, {})
    for low in range(SIZE):
        if one in before[low] and low != other:
            followed = before[one] if low in up.get(other, {}) else {other}
            assert followed <= now.get(low, {}).keys()
        for high in up.get(low, {}):
            # What has to do with neither of the two is as it was.
            if not {low, high} & {one, other} and not {one, other} & up.get(low, {}).keys():
                assert high in now.get(low, {})


class MergesAndMoves(TestCase):
    @given(LINKS, STEPS)
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_any_order_keeps_the_closure_and_every_reference(
        self, links: set[tuple[int, int]], steps: list[tuple[str, int, int]]
    ) -> None:
        schemes = [SchemeFactory(slug="one"), SchemeFactory(slug="two")]
        made = [concept(f"Concept {number}", scheme=schemes[0], slug=f"c-{number}") for number in range(SIZE)]
        for low, above in graph_of(links).items():
            services.set_broader(made[low], [made[high] for high in sorted(above)])
        pages = [case(concepts=[found]) for found in made[:2]]
        for name, first, second in steps:
            one, other = (Concept.objects.get(pk=made[number].pk) for number in (first, second))
            try:
                if name == "merge":
                    services.merge(one, other)
                elif name == "move":
                    services.move(one, broader=[other])
                else:
                    services.move(one, scheme=schemes[second])
            except VocabularyError:
                continue
        self.check(made, pages)

    def check(self, made: list[Concept], pages: list[CasePage]) -> None:
        broader: dict[int, set[int]] = {}
        for low, high in BroaderLink.objects.values_list("concept_id", "broader_id"):
            broader.setdefault(low, set()).add(high)
        held: dict[int, dict[int, int]] = {}
        for low, high, depth in Ancestry.objects.values_list("concept_id", "ancestor_id", "depth"):
            held.setdefault(low, {})[high] = depth
        assert held == by_brute_force(broader)
        rows = {found.pk: found for found in Concept.objects.all()}
        for low, high in BroaderLink.objects.values_list("concept_id", "broader_id"):
            assert rows[low].scheme_id == rows[high].scheme_id
        pairs = set(RelatedLink.objects.values_list("concept_id", "related_id"))
        assert pairs == {(second, first) for first, second in pairs}
        assert len(rows) == len(made)
        for found, page in zip(made, pages, strict=False):
            stands = rows[found.pk].merged_into_id or found.pk
            assert rows[stands].merged_into_id is None
            assert CasePage.objects.get(pk=page.pk).concepts.get().pk == stands
        for found in made:
            stands = rows[found.pk].merged_into_id or found.pk
            assert rows[stands].labels.filter(text=found.title).exists()

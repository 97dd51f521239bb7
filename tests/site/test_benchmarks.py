"""The benchmark's own arithmetic and shape. How fast anything is, is not tested here."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import report, terms
from benchmarks.load import NO_ANSWER, Burst, Job, run
from benchmarks.measure import Cell, Effort, Sample, bare_cell, cells_of, percentile, ratio
from benchmarks.pages import PAGES, Reader, Shape, Target, address, readers_of, target_of
from benchmarks.queries import Facts
from benchmarks.server import BenchmarkError, Place, Server, call, free_port, serving


def sample(cpu_ms: float, milliseconds: list[float], cache_control: str = "no-cache") -> Sample:
    statuses = {200: len(milliseconds)}
    return Sample(cpu_ms, Burst(1.0, milliseconds, statuses, size=1000, cache_control=cache_control))


def cell(*costs: float, reader: Reader = Reader.STORED, target: Target | None = None, queries: int = 1) -> Cell:
    """A cell whose rounds cost `costs`, each beside a bare view of half a millisecond."""
    control = "no-cache" if reader is Reader.STORED else "private, no-cache"
    made = Cell("home", "/", reader, target or Target(), queries)
    made.samples = [sample(cost, [1.0, 2.0, 3.0, 4.0], control) for cost in costs]
    made.beside = [sample(0.5, [1.0]) for _cost in costs]
    return made


def bare() -> Cell:
    made = bare_cell()
    made.samples = made.beside = [sample(0.5, [0.4, 0.6])]
    return made


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([], 0.5, 0.0), ([7.0], 0.95, 7.0), ([3.0, 1.0, 2.0], 0.5, 2.0), ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0)],
)
def test_a_percentile_is_the_smallest_value_that_the_part_does_not_exceed(
    values: list[float], part: float, expected: float
) -> None:
    assert percentile(values, part) == expected


def test_the_95th_of_a_hundred_values_is_the_95th() -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], 0.95) == 95.0


def test_a_ratio_to_a_view_too_cheap_to_be_seen_is_nothing_rather_than_an_error() -> None:
    assert ratio(3.0, 0.0) == 0.0
    assert ratio(3.0, 0.5) == 6.0


def test_the_ratio_is_the_median_of_the_rounds_each_against_its_own_bare_view() -> None:
    measured = cell(1.0, 2.0, 30.0)
    measured.beside = [sample(0.5, [1.0]), sample(0.5, [1.0]), sample(15.0, [1.0])]
    assert measured.ratio == 2.0
    assert measured.cpu_ms == 2.0


def test_a_cell_that_was_never_measured_has_numbers_all_the_same() -> None:
    never = Cell("home", "/", Reader.MEMBER)
    assert (never.cpu_ms, never.ratio, never.per_second, never.requests, never.percentile(0.5)) == (0, 0, 0, 0, 0)


def test_only_a_visitor_whose_page_is_made_anew_carries_a_query_key_that_nobody_registered() -> None:
    assert address("/cases/", Reader.STORED) == address("/cases/", Reader.MEMBER) == "/cases/"
    assert address("/cases/", Reader.VISITOR) == "/cases/?made-anew=1"
    assert address("/search/?q=x", Reader.VISITOR) == "/search/?q=x&made-anew=1"


def test_every_stored_page_has_the_target_of_three_times_the_bare_view() -> None:
    assert {target_of(page.shape, Reader.STORED) for page in PAGES} == {Target(ratio=3)}


def test_a_search_for_words_is_not_expected_from_the_page_cache() -> None:
    assert readers_of(Shape.SEARCH) == (Reader.VISITOR, Reader.MEMBER)
    assert readers_of(Shape.LIST) == tuple(Reader)
    assert readers_of(Shape.DIRECTORY) == readers_of(Shape.PROFILE) == (Reader.MEMBER,)


@pytest.mark.parametrize(
    ("shape", "reader", "expected"),
    [
        (Shape.LIST, Reader.MEMBER, Target(40, 15)),
        (Shape.DETAIL, Reader.MEMBER, Target(25, 15)),
        (Shape.SEARCH, Reader.VISITOR, Target(40, 15)),
        (Shape.TOPIC, Reader.VISITOR, Target(25, 12)),
        (Shape.TOPIC, Reader.MEMBER, Target(35, 15)),
        (Shape.LIST, Reader.VISITOR, Target()),
    ],
)
def test_targets_are_those_that_were_promised(shape: Shape, reader: Reader, expected: Target) -> None:
    assert target_of(shape, reader) == expected


def test_there_is_a_cell_for_each_page_and_reader_with_the_queries_that_the_portal_counted() -> None:
    facts = Facts(
        paths={page.name: page.path for page in PAGES},
        queries={page.name: {reader.value: at for at, reader in enumerate(Reader)} for page in PAGES},
    )
    groups = cells_of(facts)
    assert [[made.page for made in group] for group in groups] == [
        [page.name] * len(readers_of(page.shape)) for page in PAGES
    ]
    assert [made.queries for made in groups[0]] == [0, 1, 2]


def test_what_the_portal_says_of_itself_is_read_from_the_last_line() -> None:
    text = 'a warning\n{"cookie": "a=b", "paths": {}, "queries": {}, "versions": {}}\n'
    assert Facts.read(text) == Facts(cookie="a=b")


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (cell(1.0, target=Target(ratio=3)), "ok"),
        (cell(2.0, target=Target(ratio=3)), "OVER CPU"),
        (cell(1.0, reader=Reader.MEMBER, target=Target(25, 15), queries=16), "OVER SQL"),
        (cell(20.0, reader=Reader.MEMBER, target=Target(25, 15), queries=16), "OVER CPU and SQL"),
        (cell(20.0, reader=Reader.VISITOR), ""),
    ],
)
def test_a_verdict_says_what_is_over_its_target(measured: Cell, expected: str) -> None:
    assert report.verdict(measured) == expected


def test_a_page_that_should_have_been_stored_and_was_not_is_said_to_be() -> None:
    measured = cell(1.0, target=Target(ratio=3))
    measured.samples = [sample(1.0, [1.0], "private, no-cache")]
    assert report.verdict(measured) == "ok (not from the page cache)"


def test_a_page_that_answered_other_than_200_fails_whatever_it_cost() -> None:
    measured = cell(1.0, target=Target(ratio=3))
    measured.note(Burst(statuses={200: 3, 500: 2, NO_ANSWER: 1}))
    assert report.verdict(measured) == "FAILED: 2x 500, 1x no answer"
    assert list(report.failed(bare(), [[measured]])) == ["/ (visitor, stored): FAILED: 2x 500, 1x no answer"]


def test_the_table_has_the_yardstick_first_and_a_row_for_each_cell() -> None:
    text = report.table(bare(), [[cell(1.0, target=Target(ratio=3)), cell(9.0, reader=Reader.MEMBER)]])
    head, rule, *rows = text.splitlines()
    assert head.split()[:2] == ["page", "reader"]
    assert set(rule) == {"-"}
    assert [row.split("  ")[0].strip() for row in rows] == ["bare view", "home", "home"]
    assert rows[1].split() == ["home", "visitor,", "stored", "1.00", "2.0", "3", "1", "-", "4", "2.0", "4.0", "ok"]


def test_the_kept_numbers_survive_json_and_name_page_reader_and_machine(tmp_path: Path) -> None:
    content = report.document(bare(), [[cell(1.0, target=Target(ratio=3))]], Effort(), {"django": "5.2"})
    report.write(content, tmp_path / "latest.json")
    kept = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert kept == content
    assert kept["machine"]["cores"] >= 1
    assert kept["bare"]["cpu_ms"] == 0.5
    assert kept["pages"][0] == {
        "page": "home",
        "path": "/",
        "reader": "stored",
        "cpu_ms": 1.0,
        "ratio": 2.0,
        "sql_queries": 1,
        "requests_per_second": 4.0,
        "p50_ms": 2.0,
        "p95_ms": 4.0,
        "requests": 4,
        "bytes": 1000,
        "from_page_cache": True,
        "target": {"ratio": 3, "queries": None},
        "verdict": "ok",
        "failures": {},
    }
    assert [path.name for path in tmp_path.iterdir()] == ["latest.json"]


def test_no_database_that_the_environment_names_is_ever_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
        monkeypatch.setenv(name, "postgres://live.example/portal")
    environment = Place.at(tmp_path / "bench").environment("portal.settings.production")
    assert "postgres://live.example/portal" not in environment.values()
    assert environment["VAR_DIR"] == str(tmp_path / "bench")
    assert environment["BASE_URL"].startswith("http://127.0.0.1:")


def test_a_command_that_fails_is_an_error_that_says_what_it_said(tmp_path: Path) -> None:
    environment = Place.at(tmp_path).environment("benchmarks.bare.settings")
    with pytest.raises(BenchmarkError, match="the disk is full"):
        call(("-c", "import sys; sys.exit('the disk is full')"), environment)


def test_a_server_that_ends_is_an_error_with_the_end_of_its_log(tmp_path: Path) -> None:
    environment = Place.at(tmp_path).environment("benchmarks.bare.settings")
    with (
        pytest.raises(BenchmarkError, match="bare server ended"),
        serving("bare", "benchmarks.bare.missing:application", free_port(), environment, tmp_path),
    ):
        pytest.fail("a server without an application was started")


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("bare")
    environment = Place.at(folder).environment("benchmarks.bare.settings")
    with serving("bare", "benchmarks.bare.wsgi:application", free_port(), environment, folder) as server:
        yield server


def test_the_bare_project_answers_two_bytes(bare_server: Server) -> None:
    burst = run(Job(bare_server.port, "/", seconds=5, most=9, connections=3))
    assert (burst.statuses, burst.size, burst.requests) == ({200: 9}, 2, 9)
    assert bare_server.cpu_seconds() > 0


def test_answers_other_than_200_are_counted_as_failures(bare_server: Server) -> None:
    burst = run(Job(bare_server.port, "/missing/", seconds=5, most=4, connections=2))
    assert burst.failures == {404: 4}


def test_a_port_where_nothing_listens_is_no_answer() -> None:
    assert run(Job(free_port(), "/", seconds=5, most=2, connections=1)).failures == {NO_ANSWER: 2}


def test_the_bare_project_has_no_middleware_and_no_apps(tmp_path: Path) -> None:
    environment = Place.at(tmp_path).environment("benchmarks.bare.settings")
    script = "from django.conf import settings; print(settings.MIDDLEWARE, settings.INSTALLED_APPS)"
    assert call(("-c", script), environment).strip() == "[] []"


def test_the_terms_are_measured_and_told_beside_their_target() -> None:
    parts = terms.read(
        'said before\n[{"name": "marked", "cpu_ms": 1.5, "target": 2.0}, {"name": "built", "cpu_ms": 90.0}]\n'
    )
    slow = terms.Part("slow", 2.5, 2.0)
    table = terms.table([*parts, slow]).splitlines()
    assert [line.split() for line in table[2:]] == [
        ["marked", "1.50", "2", "ok"],
        ["built", "90.00", "-"],
        ["slow", "2.50", "2", "OVER", "CPU"],
    ]
    assert terms.as_json(parts)[0] == {"name": "marked", "cpu_ms": 1.5, "target": 2.0, "verdict": "ok"}


def test_every_kind_of_work_with_terms_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CONCEPTS": 20, "WORDS": 200, "PAGES": 2}.items():
        monkeypatch.setattr(terms, name, value)
    parts = terms.measure()
    assert [part.target for part in parts] == [None, None, 2.0, 2.0]
    assert all(part.cpu_ms > 0 for part in parts[1:])

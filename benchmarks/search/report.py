"""The tables that are printed."""

from collections.abc import Iterable, Sequence

from benchmarks.search.measuring import Cost, middle

# Hits up to which, and the CPU milliseconds that a call may take there; above, microseconds a hit.
BUCKETS = ((1_000, 20.0), (10_000, 60.0))
MOST_US_A_HIT = 3.0
MOST_MS = {"browse": 20.0, "suggest": 50.0, "similar": 100.0}
NONE = "-"


def by_hits(costs: Sequence[Cost]) -> str:
    """What the queries cost by how much they found."""
    rows: list[tuple[str, ...]] = [
        ("hits", "queries", "CPU ms median", "p95", "most", "wall ms median", "p95", "us/hit most", "target", "")
    ]
    least = 0
    for most, target in BUCKETS:
        some = [cost for cost in costs if least <= cost.hits <= most]
        rows.append(_bucket(f"{least} to {most}", some, f"{target:g} ms", _over(some, target)))
        least = most + 1
    some = [cost for cost in costs if cost.hits >= least]
    is_over = any(_us(cost) > MOST_US_A_HIT for cost in some)
    rows.append(_bucket("more", some, f"{MOST_US_A_HIT:g} us/hit", is_over))
    return _table(rows)


def one_by_one(costs: Iterable[Cost]) -> str:
    """Each by itself."""
    rows: list[tuple[str, ...]] = [("what", "hits", "CPU ms", "wall ms", "us/hit", "target", "")]
    for cost in costs:
        target = MOST_MS.get(cost.name.split()[0])
        rows.append(
            (
                cost.name,
                str(cost.hits),
                f"{cost.cpu_ms:.1f}",
                f"{cost.wall_ms:.1f}",
                f"{_us(cost):.1f}" if cost.hits > BUCKETS[-1][0] else NONE,
                f"{target:g} ms" if target else NONE,
                _verdict(target is not None and cost.cpu_ms > target) if target else "",
            )
        )
    return _table(rows)


def _bucket(name: str, costs: Sequence[Cost], target: str, is_over: bool) -> tuple[str, ...]:
    cpu = sorted(cost.cpu_ms for cost in costs)
    wall = sorted(cost.wall_ms for cost in costs)
    dearest = max((_us(cost) for cost in costs), default=0.0)
    return (
        name, str(len(costs)), f"{middle(cpu):.1f}", f"{_p95(cpu):.1f}", f"{max(cpu, default=0):.1f}",
        f"{middle(wall):.1f}", f"{_p95(wall):.1f}", f"{dearest:.2f}" if name == "more" else NONE, target,
        _verdict(is_over) if costs else "",
    )  # fmt: skip


def _over(costs: Iterable[Cost], target: float) -> bool:
    return any(cost.cpu_ms > target for cost in costs)


def _verdict(is_over: bool) -> str:
    return "OVER" if is_over else "ok"


def _us(cost: Cost) -> float:
    return cost.cpu_ms * 1000 / max(1, cost.hits)


def _p95(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(text.ljust(width) if at == 0 else text.rjust(width) for at, (text, width) in columns).rstrip()
        for columns in (list(enumerate(zip(row, widths, strict=True))) for row in rows)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

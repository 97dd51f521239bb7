"""`python -m benchmarks.soak [--postgresql] [--kills 24]`: prepare, let the crowd post, kill, check, say."""

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from tqdm import tqdm

from benchmarks.measure import percentile
from benchmarks.server import ROOT, BenchmarkError, Place, call
from benchmarks.soak.house import House, opened
from benchmarks.soak.mailbox import Mailbox, listening
from benchmarks.soak.people import Crowd, Topic, post_all
from tools import postgresql

PRODUCTION = "portal.settings.production"
POSTS, KILLS = 1000, 24
PREPARING_SECONDS = 1800
# Nothing is killed while what was killed last is not up again: the next would find nothing at work.
SETTLING_SECONDS = 1.0


@dataclass(slots=True)
class Outcome:
    """What came of a soak: sentences on what is wrong, and what to tell of it."""

    wrong: list[str]
    lines: list[str]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="Post, kill, and count.")
    made.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own, instead of SQLite")
    made.add_argument("--posts", type=int, default=POSTS, help=f"how many posts ({POSTS})")
    made.add_argument("--kills", type=int, default=KILLS, help=f"how many kills ({KILLS}); 0 lets the crowd alone")
    made.add_argument("--folder", type=Path, help="keep databases and logs in this folder, which must be empty")
    return made


@contextmanager
def database(folder: Path, *, is_wanted: bool) -> Iterator[str]:
    """The address of a PostgreSQL that keeps what it confirmed, or "" for SQLite."""
    if not is_wanted:
        yield ""
        return
    with postgresql.server(folder / "postgresql", is_durable=True) as address:
        yield address


def soak(folder: Path, posts: int, kills: int, *, is_postgresql: bool) -> Outcome:
    with ExitStack() as stack:
        address = stack.enter_context(database(folder, is_wanted=is_postgresql))
        place = Place.at(folder, address)
        mailbox = stack.enter_context(listening())
        environment = {**place.environment(PRODUCTION), "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"}
        call(("manage.py", "prepare", "--static"), environment, PREPARING_SECONDS)
        facts = json.loads(_inside("people", environment))
        home = folder / "postgresql" if is_postgresql else None
        began = monotonic()
        with (
            opened(environment, folder, place.port, home) as house,
            tqdm(total=posts, desc="posting", unit="post", leave=False) as bar,
        ):
            crowd = Crowd(bar.update)
            _post_and_kill(house, crowd, facts, posts, kills)
        seconds = monotonic() - began
        said = json.loads(_inside("later", environment))
        found = json.loads(_inside("check", environment, json.dumps([asdict(one) for one in crowd.acknowledged])))
    return _outcome(crowd, house, mailbox, found, said, seconds)


def _post_and_kill(house: House, crowd: Crowd, facts: dict[str, Any], posts: int, kills: int) -> None:
    """Kill at even steps of what is acknowledged, so that every kill is in the middle of the posts."""
    topics = [Topic(pk, path) for pk, path in facts["topics"]]
    members = [(pk, cookie) for pk, cookie in facts["members"]]
    posting = threading.Thread(target=post_all, args=(house.port, members, topics, posts, crowd))
    posting.start()
    for kill in range(kills):
        mark = posts * (kill + 1) // (kills + 1)
        while len(crowd.acknowledged) < mark and posting.is_alive():
            sleep(0.02)
        if posting.is_alive():
            house.kill_something()
            sleep(SETTLING_SECONDS)
    posting.join()


def _inside(step: str, environment: dict[str, str], given: str = "") -> str:
    """The last line that a step of `benchmarks.soak.inside` prints."""
    done = subprocess.run(  # noqa: S603  (our own interpreter with our own arguments)
        [sys.executable, "-m", "benchmarks.soak.inside", step],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"The step {step} failed:\n{done.stderr[-3000:]}")
    return done.stdout.rstrip().splitlines()[-1]


def _outcome(
    crowd: Crowd, house: House, mailbox: Mailbox, found: dict[str, Any], said: dict[str, str], seconds: float
) -> Outcome:
    kills = sum(house.killed.values())
    arrived = {(who, number.strip("<>").partition("@")[0]): times for (who, number), times in mailbox.arrived().items()}
    owed = {(who, number) for who, number in found["mails"]}
    repeated = sum(times - 1 for times in arrived.values())
    wrong = [*found["wrong"], *(f"Gave up: {who}." for who in crowd.gave_up)]
    wrong += [f"{who} never got {number}." for who, number in sorted(owed - arrived.keys())]
    wrong += [f"{who} got {number}, which nobody owed." for who, number in sorted(arrived.keys() - owed)]
    if repeated > kills:
        wrong.append(f"{repeated} mails were sent again after {kills} kills.")
    if not kills and crowd.statuses.keys() - {200, 302}:
        wrong.append("Some requests failed although nothing was killed.")
    lines = [
        f"{len(crowd.acknowledged)} posts acknowledged in {seconds:.0f} s; "
        f"p50 {percentile(crowd.milliseconds, 0.5):.0f} ms, p95 {percentile(crowd.milliseconds, 0.95):.0f} ms; "
        f"{crowd.repeats} forms sent again",
        f"answers by status (0: none): {dict(sorted(crowd.statuses.items()))}",
        f"killed: {house.killed or 'nothing'}; processes started again: {house.restarts}",
        f"mails: {len(arrived)} letters, {repeated} of them sent again with the same Message-ID",
        f"twenty minutes later: {'; '.join(words for words in said.values() if words) or 'nothing to do'}",
    ]
    return Outcome(wrong, lines)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        with TemporaryDirectory(prefix="portal-soak-") as temporary:
            # PostgreSQL runs as a user of its own, who must get to his directory.
            Path(temporary).chmod(0o755)
            folder = options.folder.resolve() if options.folder else Path(temporary)
            outcome = soak(folder, options.posts, options.kills, is_postgresql=options.postgresql)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join([f"{'PostgreSQL' if options.postgresql else 'SQLite'}:", *outcome.lines]))
    print(
        "\n".join(f"WRONG {sentence}" for sentence in outcome.wrong[:40]) or "Nothing is lost, doubled or miscounted."
    )
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

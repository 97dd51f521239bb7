"""`manage.py load_demo`: the demonstration content, loaded once and left alone afterwards."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from tqdm import tqdm

from portal.core import statistics
from portal.demo import events, groups, people, proposals, rooms, rules, vocabulary

Step = tuple[str, Callable[[], int]]

STEPS: tuple[Step, ...] = (
    # Before the accounts, which have accepted them.
    ("guidelines", rules.load_guidelines),
    ("vocabulary", vocabulary.load_vocabulary),
    ("members", people.load_members),
    ("sections", rooms.load_sections),
    ("starter kit", rooms.load_toolkit),
    ("cases", rooms.load_cases),
    ("boards", rooms.load_forums),
    ("groups", groups.load_groups),
    ("articles", rooms.load_insights),
    ("pages", rooms.load_plain_pages),
    ("events", events.load_events),
    # Last: a question may be about any of the pages.
    ("topics", rooms.load_topics),
)


class Command(BaseCommand):
    """Makes what is missing and never changes what is there, so that a second run loses nobody's work."""

    help = "Load the demonstration content. Safe to run again: only what is missing is made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-accounts",
            action="store_true",
            help="Also make the demonstration accounts, with a public password. Needs development settings.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        steps = list(STEPS)
        if options["with_accounts"]:
            if not settings.DEMO_ACCOUNTS:
                raise CommandError(
                    "The demonstration accounts have a public password: only development settings make them."
                )
            steps.append(("accounts", people.load_accounts))
        # After the accounts: only a steward settles a proposal.
        steps.append(("proposals", proposals.load_proposals))
        made = 0
        with tqdm(steps, unit="step", disable=options["verbosity"] == 0, leave=False) as bar:
            for name, load in bar:
                bar.set_description(name)
                with transaction.atomic():
                    made += load()
        statistics.refresh()
        self.stdout.write(f"Demonstration content is in place: {made} things were missing and have been made.")

"""`manage.py search_status`: which engine answers, and how far it is behind."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.search import engines
from portal.search.engines.elastic import backlog, index
from portal.search.engines.elastic.connection import CLUSTER_ERRORS, client
from portal.search.models import SearchEntry


class Command(BaseCommand):
    help = "Says which engine searches, how many entries there are, and what waits to be delivered to it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Entries:  {SearchEntry.objects.count()}")
        if not engines.is_remote():
            self.stdout.write("Engine:   the database")
            return
        waiting = backlog.size()
        self.stdout.write(f"Waiting:  {waiting}")
        try:
            self.stdout.write(f"Engine:   Elasticsearch {client().info()['version']['number']}")
            standing = index.standing(client())
            for name in standing.targets:
                state = "searched" if name in standing.live else "being filled"
                self.stdout.write(f"Index:    {name}, {client().count(index=name)['count']} entries, {state}")
        except CLUSTER_ERRORS as error:
            self.stdout.write(f"Engine:   the database, because Elasticsearch does not answer ({type(error).__name__})")
        else:
            if waiting > backlog.MOST_HELD_BACK:
                self.stdout.write("The database answers until what waits has been delivered.")

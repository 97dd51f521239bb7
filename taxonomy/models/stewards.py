"""What stewards have uploaded and not yet decided on."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from taxonomy.models.vocabulary import Scheme


class BulkEdit(models.Model):
    """A spreadsheet that was read and waits to be applied. `rows` are its lines as `taxonomy.services.bulk` reads them.

    `token` is the vocabulary's version under which its changes were shown. The clock deletes it after a day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=120)
    rows = models.JSONField()
    token = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

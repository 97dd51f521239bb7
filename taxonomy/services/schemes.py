"""Writes of schemes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from taxonomy.models import Scheme
from taxonomy.rules import VocabularyError
from taxonomy.services import version

FIELDS = ("slug", "title", "description", "is_facet", "is_ordered", "order", "status")


def _store(scheme: Scheme) -> None:
    try:
        scheme.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise VocabularyError(f"{scheme.slug or scheme.title}: {field}: {sentences[0]}", field) from error
    scheme.save()


@transaction.atomic
def create_scheme(**fields: Any) -> Scheme:
    """A new scheme. Raises VocabularyError when a field is missing or wrong, or the slug is taken."""
    version.lock()
    scheme = Scheme(**{name: fields[name] for name in FIELDS if name in fields})
    _store(scheme)
    version.announce(())
    return scheme


@transaction.atomic
def update_scheme(scheme: Scheme, **fields: Any) -> bool:
    """Give `scheme` the values in `fields`. False when it has them all already.

    The concepts' records in other rooms name the scheme, so all of them are announced.
    """
    version.lock()
    scheme.refresh_from_db()
    changed = [name for name in FIELDS if name in fields and getattr(scheme, name) != fields[name]]
    if not changed:
        return False
    for name in changed:
        setattr(scheme, name, fields[name])
    _store(scheme)
    version.announce(scheme.concepts.values_list("pk", flat=True))
    return True


@transaction.atomic
def delete_scheme(scheme: Scheme) -> None:
    """Delete an empty scheme. Raises VocabularyError when it still has concepts."""
    version.lock()
    if scheme.concepts.exists():
        raise VocabularyError(_("“%s” still has concepts. Move or delete them first.") % scheme.title, "slug")
    if scheme.proposals.exists():
        raise VocabularyError(
            _("Members have proposed terms for “%s”, and what they wrote stays. Leave the scheme as a draft.")
            % scheme.title,
            "slug",
        )
    scheme.delete()
    version.announce(())

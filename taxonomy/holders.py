"""Who holds a concept: every field of every other app that points to one, found generically, and drafts of pages.

The vocabulary's own rows are left out. What of them follows a merge is for `taxonomy.services.merging` and receivers
of `concept_merged` to say.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import Revision, RevisionMixin

from taxonomy.models import Concept

APP = "taxonomy"
REVISIONS_AT_ONCE = 100
# Keys from the top of a revision's content down: a field, or a relation and a field of its rows.
Path = tuple[str, ...]


def fields() -> list[Any]:
    """Every many-to-many field and foreign key of other apps to `Concept`. Tables between are left out."""
    found: list[Any] = []
    tables = {rel.through for rel in _relations() if rel.many_to_many}
    for rel in _relations():
        model = rel.related_model
        if model._meta.app_label != APP and model not in tables and not model._meta.proxy:
            found.append(rel.field)
    return sorted(found, key=lambda field: (field.model._meta.label, field.name))


def _relations() -> Iterator[Any]:
    for rel in Concept._meta.get_fields(include_hidden=True):
        if rel.auto_created and not rel.concrete:
            yield rel


def hand_over(old: int, new: int) -> int:
    """Let whatever holds the concept `old` hold `new`, once. Returns how many rows did; four queries for each field.

    Nothing is told to the rooms: `vocabulary_changed` with both ids has everything recorded anew.
    """
    return sum(
        _hand_over_rows(field, old, new)
        if field.many_to_many
        else field.model._base_manager.filter(**{field.name: old}).update(**{field.name: new})
        for field in fields()
    )


def _hand_over_rows(field: Any, old: int, new: int) -> int:
    table = field.remote_field.through._base_manager
    holder, held = field.m2m_field_name(), field.m2m_reverse_field_name()
    have_both = table.filter(**{held: new}).values(f"{holder}_id")
    gone: int = table.filter(**{held: old, f"{holder}_id__in": have_both}).delete()[0]
    changed: int = table.filter(**{held: old}).update(**{held: new})
    return gone + changed


def rewrite_revisions(old: int, new: int) -> int:
    """Let every revision, drafts and scheduled ones included, name `new` where it names `old`. Returns how many did.

    A revision holds ids as plain numbers: published later, it would bring the old concept back.
    """
    return sum(_rewrite(model, paths, old, new) for model, paths in _revised().items())


def _revised() -> dict[Any, list[Path]]:
    """The models whose revisions may name concepts, and where in their content."""
    paths: dict[Any, list[Path]] = defaultdict(list)
    for field in fields():
        paths[field.model].append((field.name,))
    for model in apps.get_models():
        if issubclass(model, ClusterableModel):
            for relation in get_all_child_relations(model):
                below = (field for field in fields() if field.model is relation.related_model)
                paths[model] += [(relation.get_accessor_name(), field.name) for field in below]
    return {model: found for model, found in paths.items() if found and issubclass(model, RevisionMixin)}


def _rewrite(model: Any, paths: list[Path], old: int, new: int) -> int:
    names = sorted({path[0] for path in paths})
    text = {f"held_{name}": Cast(KeyTextTransform(name, "content"), models.TextField()) for name in names}
    # A rough sieve in the database: the digits of the id stand somewhere in what the name holds.
    sieve = reduce(or_, (models.Q(**{f"held_{name}__contains": str(old)}) for name in names))
    kind = ContentType.objects.get_for_model(model)
    found = Revision._base_manager.filter(content_type=kind).annotate(**text).filter(sieve)
    changed = [
        revision
        for revision in found.only("pk", "content").iterator(REVISIONS_AT_ONCE)
        if sum(_swap(revision.content, path, old, new) for path in paths)
    ]
    Revision._base_manager.bulk_update(changed, ["content"], batch_size=REVISIONS_AT_ONCE)
    return len(changed)


def _swap(content: Any, path: Path, old: int, new: int) -> bool:
    """Put `new` in the place of `old` at `path` of a revision's content; whether it was there."""
    name, *rest = path
    held = content.get(name)
    if rest:
        return sum(_swap(child, tuple(rest), old, new) for child in held or ()) > 0
    if isinstance(held, list) and old in held:
        content[name] = list(dict.fromkeys(new if pk == old else pk for pk in held))
        return True
    if held == old:
        content[name] = new
        return True
    return False

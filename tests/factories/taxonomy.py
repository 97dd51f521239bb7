"""Schemes and concepts in a few words. They go through the services, so closure and version are right."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import factory

from taxonomy import services
from taxonomy.models import Concept, Scheme, Status
from taxonomy.rules import LabelSpec

_numbers = count(1)


class SchemeFactory(factory.django.DjangoModelFactory[Scheme]):
    """An agreed scheme that is a facet."""

    class Meta:
        model = Scheme
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda number: f"scheme-{number}")
    title = factory.LazyAttribute(lambda scheme: scheme.slug.replace("-", " ").capitalize())
    status = Status.AGREED


def concept(title: str = "", *, scheme: Scheme | None = None, alt: Sequence[str] = (), **values: Any) -> Concept:
    """An agreed concept with a definition, in a scheme of its own unless one is given; `alt` are further labels."""
    number = next(_numbers)
    title = title or f"Concept {number}"
    labels = [*values.pop("labels", ()), *(LabelSpec(text) for text in alt)]
    return services.create_concept(
        scheme or SchemeFactory(),
        values.pop("slug", f"concept-{number}"),
        title,
        **{"status": Status.AGREED, "definition": f"What {title} means.", "labels": labels, **values},
    )

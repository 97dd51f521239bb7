"""Members with profiles in a few words. They go through the services, as in life."""

from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from portal.accounts.models import User
from portal.members import portraits, services

_numbers = count(1)


def profiled(*, show: dict[str, str] | None = None, user: User | None = None, **values: Any) -> User:
    """A member whose profile says `values` to those whom `show` names."""
    number = next(_numbers)
    member = user or User.objects.create_user(f"profiled-{number}@example.org", name=f"A clerk of town {number}")
    services.update(member, show=show or {}, **values)
    return User.objects.get(pk=member.pk)


def picture(size: tuple[int, int] = (60, 40), form: str = "PNG", **options: Any) -> BytesIO:
    """A picture file in memory."""
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, form, **options)
    written.seek(0)
    return written


def with_portrait(member: User) -> User:
    """The same member with a portrait."""
    services.set_portrait(member, portraits.cleaned(picture()))
    return User.objects.get(pk=member.pk)

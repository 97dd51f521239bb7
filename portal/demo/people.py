"""The demonstration's people: accounts to sign in with, and the role-named members, who cannot sign in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.accounts.models import User
from portal.core.viewer import Role
from portal.demo import rules
from portal.demo.reading import read_yaml
from portal.groups import services as groups
from portal.groups.models import Role as GroupRole
from portal.groups.models import WorkingGroup
from portal.members import services as profiles
from taxonomy.querysets import by_slug

PASSWORD = "demonstration-only"  # noqa: S105  (printed by `make demo`; the loader refuses to make accounts in production)
DOMAIN = "demo.example"
MEMBERS_DOMAIN = f"authors.{DOMAIN}"
JOINED_BEFORE = timedelta(days=150)
MADE_UP = "*A made-up member of the demonstration: a role and not a person.*"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demonstration, with what it is for."""

    email: str
    name: str
    purpose: str
    role: Role | None = None


ACCOUNTS = (
    Account(f"member@{DOMAIN}", "A county finance analyst", "asks and answers, belongs to two working groups"),
    Account(f"lead@{DOMAIN}", "A privacy group lead", "leads the privacy working group and publishes in its section"),
    Account(f"editor@{DOMAIN}", "A portal editor", "writes pages and sends them for review", Role.EDITOR),
    Account(
        f"moderator@{DOMAIN}", "A portal moderator", "reviews, publishes, keeps the boards in order", Role.MODERATOR
    ),
    Account(
        f"steward@{DOMAIN}", "A terminology steward", "settles what members propose for the glossary", Role.STEWARD
    ),
    Account(f"admin@{DOMAIN}", "The portal administrator", "everything", Role.ADMINISTRATOR),
)


def load_accounts() -> int:
    """Make the accounts to sign in with, all with `PASSWORD`. Returns how many were missing."""
    present = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    absent = [account for account in ACCOUNTS if account.email not in present]
    entries = {f"{entry['key']}@{DOMAIN}": entry for entry in read_yaml("accounts.yaml")} if absent else {}
    # A public password gains nothing from a salt of its own, and a hash takes most of a second.
    hashed = make_password(PASSWORD) if absent else ""
    for account in absent:
        user = _account(account, hashed)
        _describe(user, entries[account.email])
        _enter_groups(user, entries[account.email].get("groups", {}))
    return len(absent)


def _account(account: Account, hashed: str) -> User:
    everything = account.role == Role.ADMINISTRATOR
    user = User.objects.create_user(
        account.email,
        None,
        name=account.name,
        organisation="Demonstration",
        is_superuser=everything,
        is_staff=everything,
    )
    User.objects.filter(pk=user.pk).update(password=hashed)
    EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
    rules.accept_for(user)
    if account.role and not everything:
        user.groups.add(Group.objects.get(name=account.role.value))
    return user


def _enter_groups(user: User, wanted: dict[str, str]) -> None:
    found = {group.page.slug: group for group in WorkingGroup.objects.select_related("page")}
    for slug, role in wanted.items():
        if slug in found:
            groups.add(found[slug], user, GroupRole(role))


def load_members() -> int:
    """Make the members, with their profiles. Returns how many were missing."""
    present = authors().keys()
    absent = [entry for entry in read_yaml("members.yaml") if entry["key"] not in present]
    # Before they wrote their first posts, and not all on one day.
    joined = timezone.now() - JOINED_BEFORE
    for entry in absent:
        joined -= timedelta(days=6)
        user = User.objects.create_user(
            f"{entry['key']}@{MEMBERS_DOMAIN}",
            None,
            name=entry["name"],
            affiliation=entry["affiliation"],
            organisation=entry["organisation"],
            date_joined=joined,
        )
        _describe(user, entry)
    return len(absent)


def _describe(user: User, entry: dict[str, Any]) -> None:
    """Fill in the profile. Raises ValueError for a concept that does not exist."""
    lines, topics = entry.get("service_lines", []), entry.get("ask_about", [])
    place = entry.get("place")
    slugs = {*lines, *topics, *([place] if place else [])}
    found = by_slug(slugs)
    if unknown := slugs - found.keys():
        raise ValueError(f"{entry['key']} names concepts that do not exist: {', '.join(sorted(unknown))}.")
    profiles.update(
        user,
        role=entry["role"],
        place=found[place] if place else None,
        service_lines=[found[slug] for slug in lines],
        ask_about=[found[slug] for slug in topics],
        languages=entry["languages"],
        about=f"{entry['about']}\n\n{MADE_UP}",
        # Whoever sees the profile at all reads in it that nobody is behind it.
        show={"about": "all", **entry.get("show", {})},
    )


def authors() -> dict[str, User]:
    """The role-named members by their key in the data files."""
    found = User.objects.filter(email__endswith=f"@{MEMBERS_DOMAIN}")
    return {user.email.split("@")[0]: user for user in found}

"""The demonstration's accounts: four to sign in with, and the role-named authors of the forums."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from portal.accounts.models import User
from portal.core.viewer import Role
from portal.demo.reading import read_yaml

PASSWORD = "demonstration-only"  # noqa: S105  (printed by `make demo`; the loader refuses to make accounts in production)
DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demonstration, with what it is for."""

    email: str
    name: str
    purpose: str
    role: Role | None = None


ACCOUNTS = (
    Account(f"member@{DOMAIN}", "A county finance analyst", "asks and answers"),
    Account(f"editor@{DOMAIN}", "A portal editor", "writes pages and sends them for review", Role.EDITOR),
    Account(
        f"moderator@{DOMAIN}", "A portal moderator", "reviews, publishes, keeps the boards in order", Role.MODERATOR
    ),
    Account(f"admin@{DOMAIN}", "The portal administrator", "everything", Role.ADMINISTRATOR),
)


def load_accounts() -> int:
    """Make the accounts to sign in with, all with `PASSWORD`. Returns how many were missing."""
    made = 0
    for account in ACCOUNTS:
        if User.objects.filter(email=account.email).exists():
            continue
        everything = account.role == Role.ADMINISTRATOR
        user = User.objects.create_user(
            account.email,
            PASSWORD,
            name=account.name,
            organisation="Demonstration",
            is_superuser=everything,
            is_staff=everything,
        )
        EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
        if account.role and not everything:
            user.groups.add(Group.objects.get(name=account.role.value))
        made += 1
    return made


def load_authors() -> int:
    """Make the forums' authors, who cannot sign in. Returns how many were missing."""
    made = 0
    for author in read_yaml("forums/authors.yaml"):
        email = f"{author['key']}@authors.{DOMAIN}"
        if not User.objects.filter(email=email).exists():
            User.objects.create_user(
                email, None, name=author["name"], affiliation=author["affiliation"], organisation=author["organisation"]
            )
            made += 1
    return made


def authors() -> dict[str, User]:
    """The forums' authors by their key in the data files."""
    found = User.objects.filter(email__endswith=f"@authors.{DOMAIN}")
    return {user.email.split("@")[0]: user for user in found}

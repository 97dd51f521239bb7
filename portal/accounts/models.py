"""The person behind an account: an e-mail address, a name to show, and whom they work for."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Affiliation(models.TextChoices):
    """Whom a member works for. It stands beside everything that the member writes."""

    GOVERNMENT = "government", _("Government")
    RESEARCH = "research", _("Research")
    PROVIDER = "provider", _("Provider")


class UserManager(BaseUserManager["User"]):
    """Makes accounts that sign in by e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Raises ValueError without an e-mail address. Without a password the account cannot sign in by one."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """A member. `name` is what others see: a real name or a role ("A county finance director"), as the member likes."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(
        _("name to show"), max_length=120, help_text=_("Your name, or your role if you prefer, as others will see it.")
    )
    affiliation = models.CharField(
        _("affiliation"), max_length=12, choices=Affiliation.choices, default=Affiliation.GOVERNMENT
    )
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

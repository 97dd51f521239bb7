"""The person behind an account, how they came to have it, and what was done with it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
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
    marks_terms = models.BooleanField(
        _("marks terms"), default=True, help_text=_("Terms of the glossary are marked in what this member reads.")
    )

    suspended_until = models.DateTimeField(
        _("suspended until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Until then the member writes nothing."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by what may still be done with them."""

    def open(self) -> Self:
        """Neither accepted nor taken back, and not too old."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Somebody is asked to join the portal, by e-mail. It passes whatever limits sign-up (SIGNUP_MODE).

    `data` is what is known of them already (an imported line), for the room that listens to `invitation_accepted`;
    it is emptied once that has happened. `letters` counts the letters owed for it.
    """

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    data = models.JSONField(default=dict, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    letters = models.PositiveSmallIntegerField(default=1)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_accepted"
    )
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="one_waiting_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class WaitingAccount(models.Model):
    """A new account that waits for an administrator's yes (SIGNUP_MODE "approval"); until then it is not active.

    It is listed once the address is confirmed, so that nobody decides about addresses that somebody made up.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="waiting"
    )
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True)

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("account waiting for approval")
        verbose_name_plural = _("accounts waiting for approval")

    def __str__(self) -> str:
        return str(self.user)


class AccountEvent(models.Model):
    """One thing that was done with an account, for its member to read. `device` is in plain words; no network address.

    `action` is a name of `portal.accounts.history.ACTIONS`; `detail` says what it was about.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_events")
    action = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="events_of_an_account")]

    def __str__(self) -> str:
        return f"{self.action} {self.detail}".strip()

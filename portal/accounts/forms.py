"""allauth's forms in our words: labels that say what to type, hints, no placeholders, one password field."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts import admission, joining
from portal.accounts.models import User

PASSWORD_HINT = _("At least 10 characters. A few words that have nothing to do with each other are hard to guess.")
EMAIL = _("E-mail address")


class Plain:
    """Drops placeholders (they vanish when one types) and repeated passwords (a reset is the way out of a slip)."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.pop("style", None)

    def say(self, name: str, label: Any, help_text: Any = "") -> None:
        """Name the field and explain it."""
        self.fields[name].label = label
        self.fields[name].help_text = help_text


class LoginForm(Plain, allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("login", EMAIL)
        self.say("password", _("Password"))
        self.say("remember", _("Keep me signed in on this device"))


class SignupForm(Plain, allauth_forms.SignupForm):
    field_order = ["email", "password1", "name", "affiliation", "organisation", "digest"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("email", EMAIL, _("Only for signing in and for messages from the portal. It is never shown."))
        self.say("password1", _("Password"), PASSWORD_HINT)
        self.say("website", _("Leave this empty"))
        self.pledges = joining.pledges()
        for pledge in self.pledges:
            self.fields[pledge.name] = forms.BooleanField(
                label=pledge.label, error_messages={"required": _("Tick this box to join.")}
            )

    @property
    def pledge_fields(self) -> list[forms.BoundField]:
        """What there is to agree to, for the page."""
        return [self[pledge.name] for pledge in self.pledges]

    def clean_email(self) -> str:
        """Refuses addresses that may have no account. The sentence is the same whether one of them has."""
        email: str = super().clean_email()
        if not admission.may_sign_up(context.request, email):
            raise forms.ValidationError(admission.refusal(), code="not_admitted")
        return email

    def save(self, request: HttpRequest) -> User:
        """The new account, with what its owner has agreed to."""
        user: User = super().save(request)
        for pledge in self.pledges:
            pledge.keep(user)
        return user

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """An address with an account gets a mail and no account: after as much work as an account would cost."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class ResetPasswordForm(Plain, allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("email", EMAIL, _("The one you signed up with."))


class ResetPasswordKeyForm(Plain, allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("password1", _("New password"), PASSWORD_HINT)


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("oldpassword", _("Current password"))
        self.say("password1", _("New password"), PASSWORD_HINT)


class SetPasswordForm(Plain, allauth_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("password1", _("Password"), PASSWORD_HINT)


class AddEmailForm(Plain, allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("email", _("Another e-mail address"), _("We send it a link to confirm that it is yours."))


class ReauthenticateForm(Plain, allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say("password", _("Password"))

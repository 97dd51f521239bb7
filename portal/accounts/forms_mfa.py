"""allauth's forms of the second factor in our words."""

from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.forms import Plain
from portal.core.typed import LineField

LONGEST_KEY_NAME = 60
CODE = _("Code")
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}
CODE_HINT = _("The six digits that your authenticator app shows now, or one of your recovery codes.")


class Code(Plain):
    """A form whose one field is a code."""

    hint = CODE_HINT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE_ATTRS)
        self.fields["code"].label = CODE
        self.fields["code"].help_text = self.hint


class CodeForm(Code, base_forms.AuthenticateForm):
    pass


class CodeAgainForm(Code, base_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(Code, totp_forms.ActivateTOTPForm):
    hint = _("The six digits that the app shows once it knows the key.")


class Answer:
    """Takes what a browser sent for a passkey. What is no such answer at all is refused like a wrong one."""

    def clean_credential(self) -> Any:
        from allauth.mfa.adapter import get_adapter

        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(Answer, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(Answer, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class PasskeyLoginForm(Answer, webauthn_forms.LoginWebAuthnForm):
    pass


class AddPasskeyForm(Plain, webauthn_forms.AddWebAuthnForm):
    name = LineField(
        label=_("Name"),
        max_length=LONGEST_KEY_NAME,
        required=False,
        help_text=_("So that you know it again, such as “Work laptop”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["passwordless"]
        field.label = _("Sign in with it alone, without e-mail address and password")
        field.help_text = _("Your device asks for your fingerprint, face or PIN each time.")
        field.initial = True

    def clean(self) -> dict[str, Any]:
        from allauth.mfa.adapter import get_adapter

        try:
            return super().clean()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class RenamePasskeyForm(Plain, webauthn_forms.EditWebAuthnForm):
    name = LineField(
        label=_("Name"), max_length=LONGEST_KEY_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

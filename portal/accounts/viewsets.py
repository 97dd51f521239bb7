"""How administrators keep accounts in the Wagtail admin: by e-mail address and the name to show."""

from typing import Any

from django.db import transaction
from wagtail.users.forms import UserCreationForm as WagtailUserCreationForm
from wagtail.users.forms import UserEditForm as WagtailUserEditForm
from wagtail.users.views.users import IndexView as WagtailIndexView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from portal.accounts.models import User
from portal.accounts.services import confirm_address

PROFILE = {"email", "name", "affiliation", "organisation", "groups", "is_superuser"}


class NoUnusedNames:
    """Wagtail declares first and last name as fields of its own; an account here has one name to show."""

    first_name = None
    last_name = None

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """An administrator vouches for the address: it needs no confirmation mail."""
        user: User = super().save(commit)  # type: ignore[misc]
        if commit:
            confirm_address(user)
        return user


class UserCreationForm(NoUnusedNames, WagtailUserCreationForm):
    class Meta(WagtailUserCreationForm.Meta):
        fields = PROFILE

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, commit: bool = True) -> User:
        """Without a password the new member sets one by "Forgot your password?"."""
        if not self.cleaned_data.get("password1"):
            self.instance.set_unusable_password()
        return super().save(commit)


class UserEditForm(NoUnusedNames, WagtailUserEditForm):
    class Meta(WagtailUserEditForm.Meta):
        fields = PROFILE | {"is_active"}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class IndexView(WagtailIndexView):
    def order_queryset(self, queryset: Any) -> Any:
        """By the name to show, where Wagtail would ask for first and last name."""
        if self.ordering in {"name", "-name"}:
            return queryset.order_by(self.ordering)
        return super().order_queryset(queryset)


class UserViewSet(WagtailUserViewSet):
    index_view_class = IndexView
    template_prefix = "accounts/wagtail_users/"

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return UserEditForm if for_update else UserCreationForm

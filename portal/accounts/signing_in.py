"""How a page of any room leads to the one sign-in and back, and knows the member who came."""

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.accounts.models import User


def sign_in_url(back: str) -> str:
    """The sign-in page, leading back to `back` afterwards."""
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def to_sign_in(back: str) -> HttpResponse:
    """Lead a signed-out reader to the sign-in and then to `back`."""
    return redirect(sign_in_url(back))


def member_of(request: HttpRequest) -> User:
    """The signed-in member. Call it after the viewer was found to be one."""
    return cast(User, request.user)

"""Encryption of the secrets of authenticators in the database, by a key made from SECRET_KEY.

A copy of the database alone therefore lets nobody make codes. SECRET_KEY_FALLBACKS still decrypt.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# blake2b takes at most 16 bytes of it.
PURPOSE = b"portal.secrets.1"


class UnreadableSecretError(Exception):
    """What is stored was encrypted by a key that is not known any more."""


def encrypt(text: str) -> str:
    """`text`, readable only with SECRET_KEY."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """The contrary of `encrypt`. Raises UnreadableSecretError."""
    try:
        return _cipher().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def renewed(stored: str) -> str:
    """`stored` encrypted by the present SECRET_KEY; as it is if it was already. Raises UnreadableSecretError."""
    try:
        _cipher_of(str(settings.SECRET_KEY)).decrypt(stored.encode())
    except InvalidToken:
        return encrypt(decrypt(stored))
    return stored


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_cipher_of(str(key)) for key in keys])


def _cipher_of(key: str) -> Fernet:
    return Fernet(_derived(key))


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=32, person=PURPOSE).digest())

"""How allauth's second factors behave in this portal."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

_PURPOSE = b"portal.proof: secrets of second factors"


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This did not work. Try again, or take another way."),
    }

    # -- what is kept: a copy of the database alone opens nothing ----------------------------------------------------

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises cryptography.fernet.InvalidToken for what was kept under a secret that nobody has any more."""
        return _box().decrypt(encrypted_text.encode()).decode()

    # -- how the portal and the person are called in an app and in the list of a device ------------------------------

    def get_totp_issuer(self) -> str:
        return settings.PORTAL_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of the portal's own address, whatever host a request names."""
        return {"id": relying_party(), "name": settings.PORTAL_NAME}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": str(user)}

    def _get_user_identifier(self, user: Any) -> str:
        return user.email or user.phone or str(user)


def relying_party() -> str:
    """The host that passkeys are made for."""
    return urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"


def _box() -> MultiFernet:
    """Encrypts under the installation's secret and reads what was encrypted under those before it."""
    return MultiFernet([_key_of(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key_of(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))

"""A passkey without a device: answers the browser's questions as a phone would, for tests."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


class SoftPasskey:
    """`origin` is the page that asks; `looks` whether the device looks who it is (fingerprint, face, PIN)."""

    def __init__(self, origin: str = "http://localhost:8000", looks: bool = True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.origin, self.looks = origin, looks
        self.user_handle = b""

    def create(self, options: dict[str, Any]) -> str:
        """The answer to the question for a new passkey, as our script sends it."""
        asked = options["publicKey"]
        self.user_handle = raw(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(bytes(16), self.id, public)
        data = AuthenticatorData.create(self._rp(asked["rp"]["id"]), self._flags | ATTESTED, 0, attested)
        response = {
            "clientDataJSON": text(self._client_data("webauthn.create", asked)),
            "attestationObject": text(AttestationObject.create("none", data, {})),
        }
        return self._said(response, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any], user_handle: bytes | None = None) -> str:
        """The answer to the question who one is."""
        asked = options["publicKey"]
        client_data = self._client_data("webauthn.get", asked)
        data = bytes(AuthenticatorData.create(self._rp(asked["rpId"]), self._flags, 0))
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": text(client_data),
            "authenticatorData": text(data),
            "signature": text(signature),
            "userHandle": text(self.user_handle if user_handle is None else user_handle),
        }
        return self._said(response, {})

    @property
    def _flags(self) -> int:
        return PRESENT | (VERIFIED if self.looks else 0)

    def _rp(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _client_data(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _said(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        said = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        return json.dumps({**said, "clientExtensionResults": extensions})

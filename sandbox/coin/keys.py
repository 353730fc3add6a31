"""The keys of a rehearsal: ours in PEM, and the shared one encrypted for it, as the SDK reads them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CONSUMER, OPERATOR = "portdesk-rehearsal", "PRTD"
REHEARSED_CODES = Path(__file__).with_name("blocking_codes.toml")


@dataclass(frozen=True)
class Keys:
    """The two files that a customer of the clearing house has."""

    private: Path
    shared: Path

    def public_key(self) -> rsa.RSAPublicKey:
        return self._private_key().public_key()

    def shared_secret(self) -> bytes:
        return self._private_key().decrypt(base64.b64decode(self.shared.read_bytes()), padding.PKCS1v15())

    def _private_key(self) -> rsa.RSAPrivateKey:
        key = serialization.load_pem_private_key(self.private.read_bytes(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key


def kept_keys(folder: Path) -> Keys:
    """The keys in the folder, made when they are not there."""
    keys = Keys(folder / "coin-private.pem", folder / "coin-shared.key")
    if not keys.shared.exists():
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        secret = base64.b64encode(secrets.token_bytes(24))
        encrypted = base64.b64encode(private.public_key().encrypt(secret, padding.PKCS1v15()))
        for path, content in ((keys.private, pem), (keys.shared, encrypted)):
            path.touch(mode=0o600)
            path.write_bytes(content)
    return keys

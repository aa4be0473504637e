"""Receipts signed with Ed25519 keys (extra ``sign``). What is signed is the canonical text of receipt and version."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..basics.bilingual import BilingualError
from ..basics.canonical import canonical
from ..basics.worded import beside

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM: Final = "Ed25519"
_SAY: Final = beside(__file__)


class WrongKey(BilingualError):
    """A file that holds no key of this kind."""


class WrongSignature(BilingualError):
    """A signature that is missing, of another key, or not of this receipt."""


def signed(receipt: Mapping[str, Any], key: Path) -> dict[str, Any]:
    """The receipt with a signature by the private key in a PEM file. Raises WrongKey, OSError."""
    private = _private(key)
    return {**receipt, "signature": {
        "algorithm": ALGORITHM, "key": _text(private.public_key().public_bytes_raw()), "value": _text(private.sign(_what(receipt))),
    }}  # fmt: skip


def check(receipt: Mapping[str, Any], key: Path) -> None:
    """Raises WrongSignature unless the holder of the public key (PEM) signed the receipt as it is; WrongKey, OSError."""
    from cryptography.exceptions import InvalidSignature

    public, signature = _public(key), receipt.get("signature")
    if not isinstance(signature, Mapping):
        raise WrongSignature.of(_SAY("not_signed"))
    try:
        public.verify(base64.b64decode(str(signature.get("value", "")), validate=True), _what(receipt))
    except (InvalidSignature, ValueError):
        raise WrongSignature.of(_SAY("other_signature")) from None


def _what(receipt: Mapping[str, Any]) -> bytes:
    return canonical({key: value for key, value in receipt.items() if key != "signature"})


def _private(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (TypeError, ValueError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return key


def _public(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> WrongKey:
    return WrongKey.of(_SAY("no_key", file=path.name))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")

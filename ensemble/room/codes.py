"""Codes, which people read and type, and secrets, which only machines handle."""

from __future__ import annotations

import hashlib
import secrets

LETTERS = "ABCDEFGHJKMNPRTUVWXY"
"""Letters that cannot be mistaken for each other or for digits: without I, L, O, Q, S and Z."""
LENGTH = 5
SECRET_BYTES = 24


def new_code() -> str:
    """A random code of five letters, all codes equally likely.

    >>> len(new_code()), set(new_code()) <= set(LETTERS)
    (5, True)
    """
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(text: str) -> str:
    """The code in a typed text, in capitals; empty if there is none.

    >>> read_code(" krt ab "), read_code("KRT0B"), read_code("<b>")
    ('KRTAB', '', '')
    """
    code = "".join(text[:40].split()).upper()
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def new_secret() -> str:
    """A secret of 192 random bits, safe for use in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """A digest that is stored instead of a secret, for comparison; the secret cannot be recovered from it.

    >>> digest("me") == digest("me"), len(digest("me"))
    (True, 32)
    """
    return hashlib.blake2b(secret.encode("utf-8", "replace"), digest_size=16).hexdigest()


def is_secret_of(secret: str, kept: str) -> bool:
    """Whether the digest is that of the secret, compared in constant time."""
    return secrets.compare_digest(digest(secret), kept)

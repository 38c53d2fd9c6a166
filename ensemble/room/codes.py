"""Codes that people read from a screen, and secrets that only machines do."""

from __future__ import annotations

import hashlib
import secrets

LETTERS = "ABCDEFGHJKMNPRTUVWXY"
"""No letter looks like another one or like a digit: I, L, O, Q, S and Z are missing."""
LENGTH = 5
SECRET_BYTES = 24


def new_code() -> str:
    """A code of five letters, each as likely as any other.

    >>> len(new_code()), set(new_code()) <= set(LETTERS)
    (5, True)
    """
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(text: str) -> str:
    """The code that somebody has typed, in capitals; empty if it is none.

    >>> read_code(" krt ab "), read_code("KRT0B"), read_code("<b>")
    ('KRTAB', '', '')
    """
    code = "".join(text[:40].split()).upper()
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def new_secret() -> str:
    """A secret of 192 random bits, which can stand in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret: it can be compared with it, and the secret cannot be had from it.

    >>> digest("me") == digest("me"), len(digest("me"))
    (True, 32)
    """
    return hashlib.blake2b(secret.encode("utf-8", "replace"), digest_size=16).hexdigest()


def is_secret_of(secret: str, kept: str) -> bool:
    """Whether this is the secret of which that digest was kept; it takes the same time either way."""
    return secrets.compare_digest(digest(secret), kept)

"""A link as a QR code, to be photographed from the projection."""

from __future__ import annotations

import io

import segno

from ensemble import InputError

MOST_BYTES = 2953
PIXELS = 1024


def qr_code(link: str) -> bytes:
    """A QR code as a PNG image, black on white with its quiet zone, so that it can be read on a dark page too.

    Parameters
    ----------
    link : str
        The whole address, at most 2953 bytes; ``InputError`` says how long a longer one is.

    Returns
    -------
    bytes
        About 1000 pixels wide; every module is the same whole number of pixels.
    """
    length = len(link.encode())
    if length > MOST_BYTES:
        raise InputError(
            f"This link is {length} characters long, and a QR code holds {MOST_BYTES}. Shorten the text of the lesson; "
            "the link itself can be used as it is."
        )
    code = segno.make_qr(link, error="L", mode="byte", encoding="utf-8")
    image = io.BytesIO()
    code.save(image, kind="png", scale=PIXELS // code.symbol_size()[0], dark="black", light="white")
    return image.getvalue()

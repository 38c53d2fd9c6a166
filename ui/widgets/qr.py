"""A link as a QR code."""

from __future__ import annotations

import segno

from ensemble import InputError

MAX_BYTES = 2953
PIXELS = 1024


def qr_code(link: str) -> str:
    """A QR code as a PNG image, black on white with a quiet zone, so that it can be read on a dark page too.

    The image is a data URL, since a file on the server may be deleted before a slow browser asks for it.

    Parameters
    ----------
    link : str
        The whole address, at most 2953 bytes; ``InputError`` says how long a longer one is.

    Returns
    -------
    str
        "data:image/png;base64,...", about 1000 pixels wide; every module is the same whole number of pixels.
    """
    length = len(link.encode())
    if length > MAX_BYTES:
        raise InputError(
            f"This link is {length} characters long, and a QR code holds {MAX_BYTES}. Shorten the text of the lesson; "
            "the link itself can be used as it is."
        )
    code = segno.make_qr(link, error="L", mode="byte", encoding="utf-8")
    return code.png_data_uri(scale=PIXELS // code.symbol_size()[0], dark="black", light="white")

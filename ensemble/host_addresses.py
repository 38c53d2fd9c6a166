"""Checks of the addresses that a server's host has set, before anything connects to them."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

SETTING = "DASK_DISTRIBUTED__COMM__"
ALL_THREE = f"{SETTING}TLS__CA_FILE, {SETTING}TLS__CLIENT__CERT and {SETTING}TLS__CLIENT__KEY"
TLS_FILES = ("TLS__CA_FILE", "TLS__CLIENT__CERT", "TLS__CLIENT__KEY")

_SCHEDULER = re.compile(r"(?:(?P<scheme>tcp|tls)://)?(?:\[(?P<v6>[^\]]*:[^\]]*)\]|(?P<host>[^\s:/@]+)):(?P<port>[0-9]{1,5})")


def is_host(text: str) -> bool:
    """Whether this is a valid host name or IP address; it is not resolved.

    Examples
    --------
    >>> is_host("scheduler"), is_host("10.0.0.7"), is_host("::1"), is_host("a b"), is_host(64 * "a")
    (True, True, True, False, False)
    """
    try:
        ip_address(text)
    except ValueError:
        pass
    else:
        return True
    try:
        return len(text.encode("idna")) <= 253 and bool(re.fullmatch(r"[\w.-]+", text))
    except UnicodeError:  # an empty label, or one of more than 63 letters
        return False


def scheduler_problem(address: str, environment: Mapping[str, str]) -> str:
    """What is wrong with the address of a scheduler.

    Parameters
    ----------
    address : str
        ``tls://HOST:PORT``, ``tcp://HOST:PORT`` or ``HOST:PORT``, which is the same as the second.
    environment : mapping of str to str
        Dask's settings for TLS are read from it and from Dask's configuration files.

    Returns
    -------
    str
        A clause with what to do about it, without the variable's name; empty if the address can be tried.

    Examples
    --------
    >>> scheduler_problem("garbage://x", {})
    '“garbage://x” cannot be used. Set tls://HOST:PORT or tcp://HOST:PORT'
    >>> scheduler_problem("tcp://127.0.0.1:8786", {})
    ''
    """
    parts = _SCHEDULER.fullmatch(address)
    if not parts or not 1 <= int(parts["port"]) <= 65535 or not is_host(parts["v6"] or parts["host"]):
        shown = "".join(sign if sign.isprintable() else "·" for sign in address)
        return f"“{shown[:60]}{'…' * (len(shown) > 60)}” cannot be used. Set tls://HOST:PORT or tcp://HOST:PORT"
    if parts["scheme"] == "tls":
        return _tls_problem(environment)
    # Dask's settings are read only for TLS, because they take half a second to load.
    if environment.get(f"{SETTING}REQUIRE_ENCRYPTION", "").strip().lower() in ("true", "1"):
        return f"tcp:// is not encrypted, which {SETTING}REQUIRE_ENCRYPTION forbids. Set tls://HOST:PORT"
    return ""


def _tls_problem(environment: Mapping[str, str]) -> str:
    from dask.config import collect, get

    settings = collect(env=environment)
    files: list[Any] = [get(_dask_name(name), None, config=settings) for name in TLS_FILES]
    for name, file in zip(TLS_FILES, files, strict=True):
        if not file and name != "TLS__CLIENT__KEY":  # which may lie in the file of the certificate
            return f"tls:// needs a certificate. Set {ALL_THREE}"
        if file and "\n" not in file:
            try:
                open(file, "rb").close()
            except OSError as error:
                return f"{SETTING}{name} names a file that cannot be read ({error.strerror}). Set the path of a PEM file"
    authority, certificate, key = files
    if "\n" in authority or "\n" in certificate or "\n" in (key or ""):  # Dask takes the content, too
        return ""
    try:
        context = ssl.create_default_context(cafile=authority)
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        return f"the files of tls:// do not fit together ({reason}). Set {ALL_THREE}"
    return ""


def _dask_name(variable: str) -> str:
    return f"distributed.comm.{variable.lower().replace('__', '.').replace('_', '-')}"

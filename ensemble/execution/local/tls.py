"""A key and certificate for one start: no other user of this machine can connect to the scheduler and workers on loopback."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed.security import Security

KEY, CERTIFICATE = "key.pem", "certificate.pem"


def write_certificate(folder: Path) -> None:
    """Write a new private key (ECDSA, P-256) and its self-signed certificate, both with mode 0600.

    The certificate is its own authority: only who has the key has a certificate that the others accept. It does not expire,
    because it is deleted with the process, and because a clock that is set back must not make it invalid.

    Parameters
    ----------
    folder : Path
        Should have mode 0700, as that of ``tempfile.mkdtemp``.

    Raises
    ------
    OSError
        If the files cannot be written, or exist already.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "softmax-lab")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for file, content in ((KEY, private), (CERTIFICATE, certificate.public_bytes(pem))):
        with open(os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)


def security(folder: Path) -> Security:
    """TLS settings of Dask with the files in this folder, for all roles; peers without this key's certificate are refused."""
    from distributed.security import Security

    key, certificate = str(folder / KEY), str(folder / CERTIFICATE)
    roles = ("client", "scheduler", "worker")
    pairs = {f"tls_{role}_{part}": path for role in roles for part, path in (("key", key), ("cert", certificate))}
    return Security(require_encryption=True, tls_ca_file=certificate, **pairs)

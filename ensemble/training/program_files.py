"""Compiled programs in the user's cache folder, for the next process of the same version on the same processor.

A file holds a checksum, the program as TensorFlow traced it, and the machine code that XLA wrote into its own cache folder
(``TF_XLA_FLAGS``). XLA would fail at a damaged file, so its folder belongs to this process: what is in a file is put there once
its checksum is right, and removed with the folder when the program has been called: a worker may be killed later on.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ensemble.cache_folder import cache_folder
from ensemble.fingerprint import fingerprint

MAX_BYTES = 64 * 2**20
XLA_FOLDER_FLAG = "--tf_xla_persistent_cache_directory"
_OWN_FOLDER = f"xla-of-process-{secrets.token_hex(8)}"
_folder_of_xla = threading.Lock()
_OF_PROCESSOR = ("vendor_id", "cpu family", "model", "stepping", "flags", "CPU ", "Features")


class ProgramFile(NamedTuple):
    """A program: its functions, as TensorFlow's ``GraphDef``, and the files of XLA's cache by their names."""

    graph: bytes
    machine_code: dict[str, bytes]


def flags_with_own_folder(flags: str) -> str:
    """``TF_XLA_FLAGS`` with a folder of this process, in place of one that it inherited; a folder of the user's is kept."""
    kept = [flag for flag in flags.split() if "xla-of-process-" not in flag]
    if not any(flag.startswith(XLA_FOLDER_FLAG) for flag in kept):
        with suppress(OSError):  # XLA compiles nothing where it is to write and cannot
            folder = _private_folder()
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"x")
            kept.append(f"{XLA_FOLDER_FLAG}={folder / _OWN_FOLDER}")
    return " ".join(kept)


def is_in_use() -> bool:
    """Whether XLA writes into the folder of this process."""
    return _OWN_FOLDER in os.environ.get("TF_XLA_FLAGS", "")


def name_of(program: str) -> str:
    """The name of a program on this version and processor: that of its file, and of its functions."""
    about = (program, fingerprint(), os.environ.get("XLA_FLAGS", ""), _processor())
    return f"softmax_lab_{hashlib.sha256(repr(about).encode()).hexdigest()[:24]}"


def load(name: str) -> ProgramFile | None:
    """The program of this name; None if there is none, or its file is damaged or could be another user's."""
    try:
        path = _private_folder() / name
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    return _read(content)


def save(name: str, program: ProgramFile) -> None:
    """Store a program, and remove those that were used longest ago; nothing is stored where that cannot be done."""
    with suppress(OSError):
        folder = _private_folder()
        unfinished = folder / f"{_OWN_FOLDER}.{name}"
        unfinished.write_bytes(_written(program))
        unfinished.replace(folder / name)
        _remove_oldest(folder)


def remove(name: str) -> None:
    """Remove a program that cannot be used."""
    with suppress(OSError):
        (_private_folder() / name).unlink()


@contextmanager
def machine_code_of(name: str, known: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
    """XLA's files of a program while it is called for the first time: those that are known, and at the end all that XLA has."""
    folder = _private_folder() / _OWN_FOLDER
    with _folder_of_xla:
        folder.mkdir(mode=0o700, exist_ok=True)
        for file, content in known.items():
            (folder / file).write_bytes(content)
    found = dict(known)
    try:
        yield found
    finally:
        with _folder_of_xla:
            # Another thread may be compiling another program meanwhile; XLA makes the folder anew where it needs it.
            for path in folder.glob("*.pb"):
                content = path.read_bytes()
                if name.encode() in content:
                    found[path.name] = content
                    path.unlink()
            with suppress(OSError):
                folder.rmdir()


def _written(program: ProgramFile) -> bytes:
    """A checksum, then an archive."""
    archived = io.BytesIO()
    with zipfile.ZipFile(archived, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graph", program.graph)
        for file, content in program.machine_code.items():
            archive.writestr(file, content)
    return hashlib.sha256(archived.getvalue()).digest() + archived.getvalue()


def _read(content: bytes) -> ProgramFile | None:
    checksum, archived = content[:32], content[32:]
    if hashlib.sha256(archived).digest() != checksum:
        return None
    with zipfile.ZipFile(io.BytesIO(archived)) as archive:
        graph, *machine_code = archive.namelist()
        return ProgramFile(archive.read(graph), {file: archive.read(file) for file in machine_code})


def _folder() -> Path | None:
    """Where programs are stored; None where the processor, on which machine code depends, is not known."""
    try:
        return cache_folder() / "programs" if _processor() else None
    except RuntimeError:
        return None


def _private_folder() -> Path:
    folder = _folder()
    if folder is None:
        raise FileNotFoundError
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"Somebody else can write into {folder}.")
    return folder


@cache
def _processor() -> str:
    """What Linux tells about the processor; empty on other systems."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(sorted({line for line in lines if line.startswith(_OF_PROCESSOR)}))
    return ""


def _remove_oldest(folder: Path) -> None:
    """Until at most ``MAX_BYTES`` are left; what XLA wrote for processes that were killed is among the oldest, too."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    found = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in paths)
    total = sum(size for _, size, _ in found)
    for _, size, path in found:
        if total <= MAX_BYTES:
            break
        path.unlink(missing_ok=True)
        total -= size

"""A file of named arrays with a JSON header: a zip of .npy entries, read as untrusted input and without pickle."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ensemble.errors import InputError

MAX_FILE_BYTES = 32 * 2**20
MAX_HEADER_BYTES = 2**20
MAX_ENTRIES = 64

_HEADER = "about"
_CENTRAL_DIRECTORY_ENTRY = b"PK\x01\x02"

Source = str | Path | bytes | BinaryIO


def write_archive(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The content of a file with this header and these arrays; deterministic."""
    buffer = io.BytesIO()
    entries: dict[str, Any] = {_HEADER: np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays}
    np.savez_compressed(buffer, **entries)
    return buffer.getvalue()


class Archive:
    """An open file.

    Attributes
    ----------
    name : str
        How to call the file at the beginning of a sentence.
    header : dict
        What ``write_archive`` was given, if the file is one of ours; nothing in it is checked.
    """

    def __init__(self, name: str, content: bytes):
        self.name = name
        if len(content) > MAX_FILE_BYTES:
            raise self._too_large()
        if content.count(_CENTRAL_DIRECTORY_ENTRY) > MAX_ENTRIES:
            raise ValueError("it has too many entries")
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        if sum(entry.file_size for entry in self._zip.infolist()) > MAX_FILE_BYTES:
            raise self._too_large()
        if self._zip.getinfo(f"{_HEADER}.npy").file_size > MAX_HEADER_BYTES:
            raise ValueError("its header is too long")
        self.header: dict[str, Any] = json.loads(self._array(_HEADER, np.uint8).tobytes())

    def arrays(self, dtypes: Mapping[str, type[np.generic]]) -> dict[str, NDArray[Any]]:
        """All arrays of the file.

        Parameters
        ----------
        dtypes : mapping of str to type
            The names that the arrays have to have, and the type of each.

        Raises
        ------
        ValueError
            If there are others, or fewer, or one of another type.
        """
        if sorted(self._zip.namelist()) != sorted(f"{name}.npy" for name in (_HEADER, *dtypes)):
            raise ValueError("its entries have other names")
        return {name: self._array(name, dtype) for name, dtype in dtypes.items()}

    def _array(self, name: str, dtype: type[np.generic]) -> NDArray[Any]:
        """Its size is compared with the entry's before any memory is taken for it, because a header can claim any shape."""
        entry = self._zip.getinfo(f"{name}.npy")
        # Other methods may ask for gigabytes to unpack a few bytes.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("it is compressed by another method")
        # With a size, or all of an entry that is larger than it claims would be unpacked.
        with self._zip.open(entry) as packed:
            file = io.BytesIO(packed.read(entry.file_size + 1))
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError("it is an array of another version")
        shape, _, found = np.lib.format.read_array_header_1_0(file)
        if found != np.dtype(dtype) or math.prod(shape) * found.itemsize != entry.file_size - file.tell():
            raise ValueError("it is an array of another type or size")
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)

    def _too_large(self) -> InputError:
        return InputError(f"{self.name} is larger than {MAX_FILE_BYTES // 2**20} MB, which no run of this app is.")


@contextmanager
def open_archive(source: Source) -> Iterator[Archive]:
    """Open a file for reading; what its readers raise inside the ``with`` block becomes an ``InputError`` that names the file.

    Parameters
    ----------
    source : path, bytes or binary file
        The file, its content, or an open file, of which no more is read than the largest archive has.

    Raises
    ------
    InputError
        If the file is missing, damaged or too large, and for every exception inside the block that is not an ``InputError``.
    """
    name = f"{source}" if isinstance(source, str | Path) else "This file"
    try:
        yield Archive(name, _read_at_most(source, MAX_FILE_BYTES + 1))
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"There is no file {name}.") from None
    # A damaged archive makes its readers raise almost anything.
    except Exception as error:
        raise InputError(f"{name} is not a saved run, or it is damaged; save the run again.") from error


def _read_at_most(source: Source, size: int) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str | Path):
        with open(source, "rb") as file:
            return file.read(size)
    return source.read(size)

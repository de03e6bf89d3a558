"""The file of a network: read once, so that the bytes that were checked are the bytes that are used.

A file that is opened by its name for its checksum, again for its header and a third time by the runtime can be three
files. So its content is taken into memory, checked there, and given to the runtime as bytes. While a network is being
loaded this takes its size in memory once more (2.3 instead of 1.6 GB for one of 720 MB), which is given back before
the first tile.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..errors import ModelError

#: Protobuf, and with it ONNX Runtime, reads no larger message.
MAXIMUM_BYTES = 2**31 - 1
_HINT = "install the model again, or ask its author"


def read_network(path: Path, sha256: str) -> bytes:
    """Return the content of a network's file.

    Args:
        path: the file; it must lie itself in its folder, not be a link that leads out of it.
        sha256: the checksum it must have, lower-case hexadecimal.

    Raises:
        ModelError: it is missing, not to be read, too large, or has another checksum.
    """
    try:
        # a link could lead out of the folder although its name does not
        if path.resolve().parent != path.parent.resolve():
            raise _wrong(path, "lies outside the model's folder")
        if not path.exists():
            raise _wrong(path, "is missing")
        if not path.is_file():  # reading a pipe would wait for ever
            raise _wrong(path, "is no file")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # Python takes as much memory as may be read, and a file that grows meanwhile has another checksum
            content = file.read(size + 1) if size <= MAXIMUM_BYTES else b""
    except FileNotFoundError:
        raise _wrong(path, "is missing") from None
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror})") from error
    if size > MAXIMUM_BYTES:
        raise _wrong(path, "is larger than 2 GB, which no runtime reads")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(
            f"{path.name} of model {path.parent.name} is damaged or was changed (checksum differs)",
            _HINT, "model-checksum",
        )  # fmt: skip
    return content


def _wrong(path: Path, what: str) -> ModelError:
    return ModelError(f"{path.name} {what}", _HINT, "model-network")

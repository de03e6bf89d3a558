"""The lock of a variant: every package with its version and checksums, and how large all of them are."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields
from pathlib import Path

from ..i18n.translation import tr
from .outcome import InstallationError
from .variant import Variant

#: Where the locks lie.
FOLDER = Path(__file__).resolve().parent / "locks"

_CONTINUED = re.compile(r"\\\r?\n")


@dataclass(frozen=True)
class RequirementLock:
    """The lock of one variant.

    Attributes:
        variant: what is locked.
        path: requirements file with hashes.
    """

    variant: Variant
    path: Path

    @classmethod
    def of(cls, variant: Variant, folder: Path = FOLDER) -> RequirementLock:
        """Return the lock of a variant.

        Raises:
            InstallationError: the plugin has none.
        """
        path = folder / f"{variant.value}.txt"
        if not path.is_file():
            raise InstallationError(
                tr("The plugin is not complete: its list of packages for “{}” is missing.").format(variant.title),
                tr("Install the plugin again, or choose another variant."),
            )
        return cls(variant, path)

    @property
    def sha256(self) -> str:
        """Checksum of the lock; line endings do not count, which some programs change."""
        text = self.path.read_bytes().replace(b"\r\n", b"\n")
        return hashlib.sha256(text).hexdigest()

    def requirements(self) -> list[str]:
        """Return the requirements, each in one line with its marker and hashes, comments left out."""
        text = _CONTINUED.sub(" ", self.path.read_text(encoding="utf-8"))
        lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
        return [re.sub(r"\s+", " ", line) for line in lines if line and not line.startswith("-")]


@dataclass(frozen=True)
class Sizes:
    """Measured sizes of a variant, in bytes; 0 where it was not measured.

    Attributes:
        download_bytes: what is downloaded.
        disk_bytes: what is on the disk in the end.
        peak_bytes: what is on the disk while it is being installed.
    """

    download_bytes: int = 0
    disk_bytes: int = 0
    peak_bytes: int = 0

    @classmethod
    def of(cls, variant: Variant, folder: Path = FOLDER) -> Sizes:
        """Return the sizes of a variant."""
        try:
            found = json.loads((folder / "sizes.json").read_text(encoding="utf-8"))[variant.value]
            return cls(**{field.name: int(found.get(field.name, 0)) for field in fields(cls)})
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return cls()  # a figure for people: the installation does not depend on it

"""The variants of the engine: which runtime it uses, and which of them fit this computer."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..i18n.translation import tr


class Variant(Enum):
    """A set of packages; the value is the name of its lock."""

    CPU = "cpu"
    CUDA = "cuda"
    DIRECTML = "directml"
    MACOS = "macos"

    @property
    def title(self) -> str:
        """Name for people."""
        return {
            Variant.CPU: tr("CPU"),
            Variant.CUDA: tr("NVIDIA graphics card (CUDA)"),
            Variant.DIRECTML: tr("Graphics card by DirectML (AMD, Intel, NVIDIA)"),
            Variant.MACOS: tr("macOS (CPU and Apple's Core ML)"),
        }[self]


@dataclass(frozen=True)
class Computer:
    """What the choice of a variant depends on.

    Attributes:
        system: as in ``sys.platform``.
        machine: as of ``platform.machine()``, such as ``x86_64`` or ``arm64``.
        root: folder that stands for the root of the file system.
        variables: variables of the environment.
    """

    system: str
    machine: str
    root: Path
    variables: Mapping[str, str]

    @classmethod
    def this(cls) -> Computer:
        """Return this computer."""
        return cls(sys.platform, platform.machine(), Path(Path.cwd().anchor or "/"), os.environ)

    @property
    def is_intel(self) -> bool:
        """Whether it runs programs for 64-bit Intel and AMD processors."""
        return self.machine.lower() in ("x86_64", "amd64")

    @property
    def has_nvidia(self) -> bool:
        """Whether the driver of an NVIDIA card is there. Looks at files only: nothing is run or loaded."""
        if self.system == "win32":
            windows = Path(self.variables.get("SystemRoot") or self.variables.get("SYSTEMROOT") or r"C:\Windows")
            return (windows / "System32" / "nvcuda.dll").is_file()
        # the driver of the system; the one that Windows lends to its subsystem for Linux
        places = ("proc/driver/nvidia/version", "usr/lib/wsl/lib/libcuda.so.1")
        return self.system.startswith("linux") and any((self.root / place).exists() for place in places)


def variants_of(computer: Computer) -> tuple[Variant, ...]:
    """Return the variants that run on a computer, the recommended one first; none for a computer without packages."""
    # DirectML is not among them as long as the newest ONNX Runtime for it is older than what the engine needs
    if computer.system == "darwin":
        # nor are Macs with Intel processors, for the same reason
        return () if computer.is_intel else (Variant.MACOS,)
    if not computer.is_intel:
        return (Variant.CPU,)
    return (Variant.CUDA, Variant.CPU) if computer.has_nvidia else (Variant.CPU, Variant.CUDA)


def offered_variants() -> tuple[Variant, ...]:
    """Return the variants that run on this computer, the recommended one first; none where there are no packages."""
    return variants_of(Computer.this())

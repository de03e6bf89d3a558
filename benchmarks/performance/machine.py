"""The machine that measured, as far as figures depend on it: no names of hosts, users or folders."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8")
_PACKAGES = ("onnxruntime", "numpy", "rasterio", "torch", "distributed")


@dataclass(frozen=True)
class Machine:
    """What computes.

    Attributes:
        processor: its name.
        cores: that this process may use.
        features: sets of instructions that matter for networks.
        memory_gb: of the machine, in 10⁹ bytes.
        gpu: name of the graphics card; empty without one.
        system: kernel and architecture.
        versions: of Python and packages.
    """

    processor: str
    cores: int
    features: tuple[str, ...]
    memory_gb: float
    gpu: str
    system: str
    versions: dict[str, str]

    @classmethod
    def here(cls) -> Machine:
        """Return what is known of this machine."""
        facts = _facts(Path("/proc/cpuinfo"))
        flags = facts.get("flags", "").split()
        return cls(
            processor=facts.get("model name", platform.processor() or "unknown"),
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            features=tuple(name for name in _FEATURES if name in flags),
            memory_gb=round(_memory_bytes() / 1e9, 1),
            gpu=_gpu(),
            system=f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
            versions={"python": platform.python_version()} | _versions(),
        )


def _facts(path: Path) -> dict[str, str]:
    """Return ``name: value`` lines of a file of the kernel; those of the first processor."""
    found: dict[str, str] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            found.setdefault(name.strip(), value.strip())
    return found


def _memory_bytes() -> float:
    kilobytes = _facts(Path("/proc/meminfo")).get("MemTotal", "0 kB").split()[0]
    return float(kilobytes) * 1024


def _gpu() -> str:
    # the kernel module tells it without a library
    names = [_facts(path).get("Model", "") for path in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))]
    return names[0] if names else ""


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

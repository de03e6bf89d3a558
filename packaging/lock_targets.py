"""Machines and Pythons that a locked list of packages serves."""

from __future__ import annotations

from dataclasses import dataclass

from packaging import tags

#: Minor versions of Python 3 that locks are made for: from the engine's oldest to the newest that all have wheels for.
PYTHONS = (11, 12, 13, 14)

#: Newest glibc that a wheel may ask for: that of Ubuntu 22.04.
_GLIBC_MINOR = 35
#: Oldest macOS that a wheel must run on: the first that ONNX Runtime is built for.
_MACOS = (14, 0)


@dataclass(frozen=True)
class Target:
    """A kind of machine with a Python.

    Attributes:
        platform: ``linux-x86_64``, ``linux-aarch64``, ``windows-x86_64`` or ``macos-arm64``.
        minor: minor version of Python 3.
    """

    platform: str
    minor: int

    @property
    def python(self) -> str:
        """The version of Python, as ``3.12``."""
        return f"3.{self.minor}"

    @property
    def environment(self) -> dict[str, str]:
        """What markers of requirements are judged by there."""
        system, machine = _MARKERS[self.platform]
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "platform_python_implementation": "CPython",
            "sys_platform": system,
            "os_name": "nt" if system == "win32" else "posix",
            "platform_system": {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system],
            "platform_machine": machine,
            "platform_release": "",
            "platform_version": "",
            "extra": "",
        }

    def platforms(self) -> list[str]:
        """Return the platform tags of wheels that run there, the most special first, as pip is given them."""
        machine = _MARKERS[self.platform][1]
        if self.platform == "macos-arm64":
            return list(tags.mac_platforms(_MACOS, machine))
        if self.platform == "windows-x86_64":
            return ["win_amd64"]
        old = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
        lowest = 5 if machine == "x86_64" else 17
        found = []
        for minor in range(_GLIBC_MINOR, lowest - 1, -1):
            found.append(f"manylinux_2_{minor}_{machine}")
            if minor in old:
                found.append(f"{old[minor]}_{machine}")
        return found

    def tags(self) -> frozenset[tags.Tag]:
        """Return the tags of wheels that run there."""
        version, name = (3, self.minor), f"cp3{self.minor}"
        platforms = self.platforms()
        return frozenset(
            (
                *tags.cpython_tags(version, [name], platforms),
                *tags.compatible_tags(version, name, platforms),
            )
        )


#: What ``sys_platform`` and ``platform_machine`` are there.
_MARKERS = {
    "linux-x86_64": ("linux", "x86_64"),
    "linux-aarch64": ("linux", "aarch64"),
    "windows-x86_64": ("win32", "AMD64"),
    "macos-arm64": ("darwin", "arm64"),
}


def targets(*platforms: str) -> tuple[Target, ...]:
    """Return the targets of platforms, each with all Pythons."""
    return tuple(Target(platform, minor) for platform in platforms for minor in PYTHONS)

"""A lock: a requirements file in which each package has one version and the checksums of its wheels."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lock_targets import Target
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """A package of a lock.

    Attributes:
        requirement: name, exact version and marker.
        hashes: SHA-256 of the wheels that may be installed, sorted.
    """

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the package in its plain form."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> Version:
        """The exact version."""
        [specifier] = self.requirement.specifier
        return Version(specifier.version)

    def serves(self, target: Target) -> bool:
        """Return whether the package is installed there."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate(target.environment)

    def without_marker(self) -> Locked:
        """Return the package as if it were installed everywhere."""
        return Locked(Requirement(f"{self.name}=={self.version}"), self.hashes)

    def line(self) -> str:
        """Return the package as it stands in a requirements file."""
        marker = f" ; {self.requirement.marker}" if self.requirement.marker else ""
        first = f"{self.name}=={self.version}{marker}"
        return " \\\n".join((first, *(f"    --hash=sha256:{value}" for value in self.hashes)))


def render(locked: list[Locked], heading: str) -> str:
    """Return the text of a lock.

    Args:
        locked: its packages.
        heading: comment at the top, without the number signs.
    """
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    return comment + "".join(f"{package.line()}\n" for package in locked)


def parse(text: str) -> list[Locked]:
    """Return the packages of a lock.

    Raises:
        ValueError: a line is not an exact version with checksums and nothing else.
    """
    joined = re.sub(r"\\\n", " ", text)
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [_package(line) for line in lines]


def _package(line: str) -> Locked:
    hashes = _HASH.findall(line)
    try:
        requirement = Requirement(_HASH.sub("", line).strip())
    except InvalidRequirement as error:
        raise ValueError(f"not a locked requirement: {line[:80]}") from error
    exact = [specifier for specifier in requirement.specifier if specifier.operator == "=="]
    if not hashes or len(exact) != 1 or len(requirement.specifier) != 1 or requirement.url or "*" in exact[0].version:
        raise ValueError(f"neither an exact version nor checksums: {line[:80]}")
    return Locked(requirement, tuple(sorted(hashes)))

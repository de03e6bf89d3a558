"""Locks what the engine needs: xview2_qgis/installation/locks/<variant>.txt, from the extras of pyproject.toml.

Each lock is one file for all systems and Pythons that its variant serves, and is installed by
``pip install --require-hashes --no-deps -r LOCK``::

    .venv/bin/python packaging/lock_requirements.py           # the newest versions that the bounds allow
    .venv/bin/python packaging/lock_requirements.py --check   # do the locks fit the bounds? without network

The resolver (uv) is not a part of the product: where it is missing it comes from the package index into build/.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lock_file
from lock_targets import PYTHONS, Target, targets
from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
#: Where the locks lie in a checkout.
FOLDER = Path("xview2_qgis", "installation", "locks")

#: Resolves for all systems and Pythons at once and names the wheels (pylock.toml, PEP 751). 0.13.9: what the locks were
#: made with.
RESOLVER = "uv==0.13.9"


@dataclass(frozen=True)
class Variant:
    """What is locked together.

    Attributes:
        name: name of the lock.
        extra: extra of pyproject.toml.
        targets: machines and Pythons that it serves.
    """

    name: str
    extra: str
    targets: tuple[Target, ...]


# No DirectML: the newest onnxruntime-directml is 1.24.4 (looked up on 2026-11-29), and releases below 1.27 open files
# that a model names (pyproject.toml). No macOS on Intel: the newest onnxruntime for it is 1.23.2.
VARIANTS = (
    Variant("cpu", "engine", targets("linux-x86_64", "linux-aarch64", "windows-x86_64")),
    Variant("cuda", "engine-gpu", targets("linux-x86_64", "windows-x86_64")),
    Variant("macos", "engine", targets("macos-arm64")),
)

#: Distributions that hold the module ``onnxruntime``: never two of them in one environment.
RUNTIMES = frozenset({"onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"})

#: Packages that others declare and the engine does without, with the reason. Tried: demo pair, doctor, models, reports.
LEFT_OUT = {
    "cligj": "options of the command rio (rasterio)",
    "click-plugins": "plug-ins of the command rio (rasterio)",
    "flatbuffers": "tools of onnxruntime that change models",
    "imageio": "skimage.io reads files; we read with GDAL",
    "networkx": "skimage.graph, which we do not call",
    "pillow": "skimage.io reads files; we read with GDAL",
    "protobuf": "tools of onnxruntime that change models",
    "pyparsing": "rasterio.vrt and the command rio calc",
    "tifffile": "skimage.io reads files; we read with GDAL",
}


def direct_requirements(root: Path, extra: str) -> list[Requirement]:
    """Return what an extra of a checkout's pyproject.toml names, with what the extras that it takes in name."""
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    found = []
    for text in project["optional-dependencies"][extra]:
        requirement = Requirement(text)
        if canonicalize_name(requirement.name) == canonicalize_name(project["name"]):
            found += [inner for name in sorted(requirement.extras) for inner in direct_requirements(root, name)]
        else:
            found.append(requirement)
    return found


def problems(root: Path, variant: Variant) -> list[str]:
    """Return in which points a lock does not fit pyproject.toml; empty where it does.

    Raises:
        OSError, ValueError: the lock cannot be read, or is none.
    """
    text = (root / FOLDER / f"{variant.name}.txt").read_text(encoding="utf-8")
    found = [f"an option or an address: {line}" for line in text.splitlines() if line.startswith("-") or "://" in line]
    if found:
        return found
    packages = lock_file.parse(text)
    found += [f"{package.name} is left out, but there" for package in packages if package.name in LEFT_OUT]
    for target in variant.targets:
        place = f"on {target.platform} with Python {target.python}"
        there = [package for package in packages if package.serves(target)]
        names = [package.name for package in there]
        found += [f"{name} has two versions {place}" for name in sorted({n for n in names if names.count(n) > 1})]
        if len(RUNTIMES.intersection(names)) != 1:
            found.append(f"not one ONNX Runtime {place}: {sorted(RUNTIMES.intersection(names))}")
        for requirement in direct_requirements(root, variant.extra):
            wanted = canonicalize_name(requirement.name)
            versions = [package.version for package in there if package.name == wanted]
            if not any(version in requirement.specifier for version in versions):
                found.append(f"{requirement} is not fulfilled {place}: {[str(version) for version in versions]}")
    return found


def lock(root: Path, variant: Variant) -> str:
    """Resolve the requirements of a variant and return the text of its lock.

    Raises:
        subprocess.CalledProcessError: they do not fit together, or the index cannot be reached.
        ValueError: a package has no wheel for a target.
    """
    with tempfile.TemporaryDirectory(prefix="xview2-lock-") as name:
        wanted, result = Path(name, "wanted.in"), Path(name, "pylock.toml")
        wanted.write_text("".join(f"{line}\n" for line in direct_requirements(root, variant.extra)), encoding="utf-8")
        options = ["--universal", "--python-version", f"3.{min(PYTHONS)}", "--format", "pylock.toml", "--no-build"]
        command = [*_resolver(root), "pip", "compile", "--quiet", *options, "--output-file", str(result), str(wanted)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=name)
        with result.open("rb") as file:
            resolved = tomllib.load(file)["packages"]
    locked = [package for entry in resolved if (package := _locked(entry, variant)) is not None]
    systems = ", ".join(dict.fromkeys(target.platform for target in variant.targets))
    pythons = f"3.{min(PYTHONS)} to 3.{max(PYTHONS)}"
    heading = (
        f"The engine for {systems}, Python {pythons}.\n"
        "pip install --require-hashes --no-deps --only-binary :all: -r FILE\n"
        "Made by packaging/lock_requirements.py from the bounds in pyproject.toml, which have their reasons there."
    )
    return lock_file.render(locked, heading)


def _locked(entry: dict[str, Any], variant: Variant) -> lock_file.Locked | None:
    """Return a package of a resolution with the checksums of wheels that run somewhere; None if it is not needed."""
    name, version = canonicalize_name(entry["name"]), entry["version"]
    marker = entry.get("marker", "")
    # said of every package by the resolver, and by pyproject.toml
    marker = "" if marker == f"python_full_version >= '3.{min(PYTHONS)}'" else f" ; {marker}"
    package = lock_file.Locked(Requirement(f"{name}=={version}{marker}"), ())
    places = [target for target in variant.targets if package.serves(target)]
    if name in LEFT_OUT or not places:
        return None
    wheels = [(_tags(wheel["url"]), wheel["hashes"]["sha256"]) for wheel in entry.get("wheels", [])]
    for target in places:
        if not any(tags & target.tags() for tags, _ in wheels):
            raise ValueError(f"{name} {version} has no wheel for {target.platform} with Python {target.python}")
    fitting = {checksum for tags, checksum in wheels if any(tags & target.tags() for target in places)}
    return lock_file.Locked(package.requirement, tuple(sorted(fitting)))


def _tags(url: str) -> frozenset[Tag]:
    return parse_wheel_filename(url.rpartition("/")[2])[3]


def _resolver(root: Path) -> list[str]:
    """Return the command of the pinned resolver; installs it beside the other built things where it is missing."""
    folder = root / "build" / RESOLVER.replace("==", "-")
    if not (folder / "uv").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--only-binary", ":all:", "--target", str(folder), RESOLVER], check=True)
    program = next(path for name in ("uv", "uv.exe") for path in folder.glob(f"*/{name}"))  # in bin or Scripts
    return [str(program)]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Locks what the engine needs.")
    parser.add_argument("--check", action="store_true", help="only say whether the locks fit pyproject.toml")
    only_check = parser.parse_args(arguments).check
    wrong = 0
    for variant in VARIANTS:
        try:
            if not only_check:
                text = lock(ROOT, variant)
                (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
                (ROOT / FOLDER / f"{variant.name}.txt").write_text(text, encoding="utf-8")
            found = problems(ROOT, variant)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            found = [str(error)]
        for problem in found:
            print(f"error: {variant.name}.txt: {problem}", file=sys.stderr)
        wrong += len(found)
        print(f"{variant.name}.txt: {'does not fit' if found else 'fits pyproject.toml'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

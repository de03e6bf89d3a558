"""The catalogue of models: those that come with the program and those the user installed.

Embedded models lie in ``xview2_qgis/models/NAME``, installed ones in the user's data folder. A model is put in place
only after it has been checked, and by renaming, so a name never stands for half a model.
"""

from __future__ import annotations

import difflib
import re
import shutil
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from ...protocol.codes import ErrorCode
from ...protocol.locations import AUTOMATIC_MODEL, DEFAULT_MODEL, embedded_folder, installed_folder
from ...protocol.model_json import MANIFEST_NAME
from ...protocol.public_name import public_address
from ...protocol.published_models import published_model
from ..errors import EngineError, ModelError, RuntimeFailure, UsageError, brief
from .archive import file_checksum, tidy_cache, unpack
from .bundle import Bundle, open_bundle
from .download import download
from .manifest import read_manifest
from .place import model_working_folder, put_in_place, restore_interrupted, take_away


@dataclass(frozen=True)
class CatalogueEntry:
    """One model of the catalogue.

    Attributes:
        name: its name.
        path: its folder.
        embedded: whether it came with the program.
        title: name for people, empty where ``problem`` is set.
        licence: licence of the weights, empty where ``problem`` is set.
        problem: why it cannot be used, as far as ``model.json`` shows.
    """

    name: str
    path: Path
    embedded: bool
    title: str = ""
    licence: str = ""
    problem: str | None = None


def list_models() -> list[CatalogueEntry]:
    """Return all models, embedded ones first. Checksums are not computed here, see :func:`verify`."""
    entries: dict[str, CatalogueEntry] = {}
    restore_interrupted(installed_folder())
    tidy_cache()
    for folder, embedded in ((embedded_folder(), True), (installed_folder(), False)):
        if not folder.is_dir():
            continue
        for path in _folders_in(folder):
            if path.name not in entries:
                entries[path.name] = _entry(path, embedded)
    return list(entries.values())


def find_model(name_or_path: str) -> Path:
    """Return the path of a model: a name of the catalogue, a bundle folder or a ``.xv2.zip``.

    ``auto`` is the default model here; only a run asks which of both copies of it is faster.

    Raises:
        ModelError: there is no such model; the hint names the nearest known ones.
    """
    known = {entry.name: entry.path for entry in list_models()}
    if name_or_path == AUTOMATIC_MODEL:
        name_or_path = DEFAULT_MODEL
    if name_or_path in known:
        return known[name_or_path]
    path = _existing(name_or_path)
    if path is not None:
        return path
    if name_or_path == DEFAULT_MODEL:
        raise _without_default()
    near = difflib.get_close_matches(name_or_path, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known models are {', '.join(known) or 'none'}, or give a path"
    raise ModelError(f"there is no model {brief(name_or_path)!r}", hint, "no-model")


def _without_default() -> ModelError:
    """Return the error of a program that came without its default model."""
    where = DEFAULT_MODEL if published_model(DEFAULT_MODEL) else "FILE_OR_ADDRESS"
    return ModelError(
        f"the default model {DEFAULT_MODEL} is not here",
        f"download it in QGIS under Raster, xView2, Models, or run: xview2 models install {where}",
        ErrorCode.DEFAULT_MODEL,
    )


def install(source: str, sha256: str | None = None) -> CatalogueEntry:
    """Install a model from a folder, a ``.xv2.zip``, or an ``https://`` or ``file://`` address, or a published one.

    A model of the same name that was installed before is replaced.

    Args:
        source: where the model is, or the name of a published one.
        sha256: checksum that the archive must have, hexadecimal; None to take it as it is. Published models have one.

    Raises:
        ModelError: the model is wrong, has another checksum, or the name of an embedded one.
        UsageError: another kind of address, or a checksum that is none or belongs to no archive.
        RuntimeFailure: download or disk failed.
    """
    if sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise UsageError("the checksum is no SHA-256", "give its 64 hexadecimal digits", "checksum")
    published = published_model(source) if _existing(source) is None else None
    if published is not None:
        source, sha256 = published.address, sha256 or published.sha256
    target = installed_folder()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with model_working_folder(target) as work:
            bundle = _fetch_bundle(source, work, sha256)
            # names that differ in their letters' case only are one on Windows and macOS
            if bundle.id.lower() in {path.name.lower() for path in _folders_in(embedded_folder())}:
                raise ModelError(
                    f"the name {bundle.id} belongs to a model of the program", "give the model another id", "model-name"
                )
            put_in_place(bundle.path, target / bundle.id, work)
    except OSError as error:
        raise RuntimeFailure(
            f"cannot install into {target} ({error.strerror or error})",
            "free space there, or set XVIEW2_MODELS to a folder that can be written",
            "models-folder",
        ) from error
    return _entry(target / bundle.id, embedded=False)


def verify(name: str) -> Bundle:
    """Check a model completely, checksums and networks included.

    Raises:
        ModelError: there is no such model, or something is wrong with it.
    """
    return open_bundle(find_model(name))


def remove(name: str) -> None:
    """Remove an installed model.

    Raises:
        ModelError: there is no such model, or it came with the program.
        RuntimeFailure: its files cannot be removed.
    """
    entry = next((entry for entry in list_models() if entry.name == name), None)
    if entry is None:
        raise ModelError(f"there is no installed model {name!r}", "see the names with: xview2 models list", "no-model")
    if entry.embedded:
        raise ModelError(f"{name} came with the program and stays", "remove only installed models", "model-name")
    try:
        with model_working_folder(entry.path.parent) as work:
            take_away(entry.path, work)
    except OSError as error:
        raise RuntimeFailure(
            f"cannot remove {entry.path} ({error.strerror})", "check the folder's permissions", "models-folder"
        ) from error


def _folders_in(folder: Path) -> list[Path]:
    """Return the folders of models in a folder, none where it cannot be read."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if (path / MANIFEST_NAME).is_file())
    return []


def _entry(path: Path, embedded: bool) -> CatalogueEntry:
    try:
        manifest = read_manifest(path)
        if manifest.id != path.name:
            problem = f"its folder is called {path.name}, the model says {manifest.id}"
            return CatalogueEntry(path.name, path, embedded, problem=problem)
        return CatalogueEntry(path.name, path, embedded, manifest.title, manifest.licence)
    except EngineError as error:
        return CatalogueEntry(path.name, path, embedded, problem=error.message)


def _existing(text: str) -> Path | None:
    """Return the file or folder that a text names, if there is one."""
    # it may be too long for a path, or begin with an unknown user
    with suppress(OSError, RuntimeError):
        path = Path(text).expanduser()
        if path.exists():
            return path
    return None


def _fetch_bundle(source: str, work: Path, sha256: str | None) -> Bundle:
    """Return a checked copy of the model in ``work``."""
    address = _split(source)
    local: Path | None
    if address.scheme == "https":
        local = work / "download.xv2.zip"
        download(source, local)
    elif address.scheme == "file":
        local = Path(urllib.request.url2pathname(unquote(address.path)))
    elif "://" in source:
        raise UsageError(
            f"models are not fetched by {brief(address.scheme or 'such an address')}",
            "give a file or an https:// address", "model-address",
        )  # fmt: skip
    else:
        local = _existing(source)
    if sha256 is not None and local is not None:
        _require_checksum(local, sha256, source)
    copy = work / "bundle"
    copy.mkdir()
    if local is not None and local.is_dir():
        # only what the bundle lists and texts for people are copied, whatever else lies there
        wanted = {network.file for network in read_manifest(local).networks} | {MANIFEST_NAME}
        for path in local.iterdir():
            if path.is_file() and (path.name in wanted or path.suffix in (".md", ".txt") or path.name == "LICENSE"):
                shutil.copyfile(path, copy / path.name)
    elif local is not None and local.is_file():
        unpack(local, copy)
    else:
        raise ModelError(
            f"there is no model at {brief(public_address(source), 300)}",
            "give a folder, a .xv2.zip or an address",
            "no-model",
        )
    return open_bundle(copy)


def _split(source: str) -> SplitResult:
    with suppress(ValueError):
        return urlsplit(source)
    return SplitResult("", "", source, "", "")  # such as a bracket without its other one


def _require_checksum(archive: Path, sha256: str, source: str) -> None:
    if archive.is_dir():
        raise UsageError("a folder has no checksum", "give the archive it came in, or leave --sha256 out", "checksum")
    if archive.is_file() and file_checksum(archive) != sha256.lower():
        raise ModelError(
            f"{brief(public_address(source), 300)} has another checksum than the one given",
            "do not use it; ask the source of the checksum for the right file", "model-checksum",
        )  # fmt: skip

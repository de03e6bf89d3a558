"""One bad input: its name, how it is drawn, and the run of the engine that gets it."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import bundle_cases, judgement, raster_cases, vector_cases
from tests.fuzz.corpus import Corpus
from tests.fuzz.engine_forks import Ending, EngineForks
from tests.fuzz.raster_cases import Kind

KINDS: dict[str, tuple[Kind, ...]] = {
    "raster": raster_cases.KINDS, "vector": vector_cases.KINDS, "bundle": bundle_cases.KINDS,
}  # fmt: skip
SEED = int(os.environ.get("FUZZ_SEED", "0"))
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "1"))


@dataclass(frozen=True)
class Case:
    """A bad input.

    Attributes:
        subject: ``raster``, ``vector`` or ``bundle``.
        kind: what makes it.
        number: which of this kind.
    """

    subject: str
    kind: Kind
    number: int

    @property
    def name(self) -> str:
        """Name of the test."""
        return f"{self.subject}-{self.kind.__name__}-{self.number}"

    @property
    def with_earlier(self) -> bool:
        """Whether there is an earlier result to replace."""
        return self.number % 2 == 0

    @property
    def in_json(self) -> bool:
        """Whether the run reports in JSON, as QGIS asks for."""
        return self.number % 3 == 1


def cases(subject: str) -> list[Case]:
    """Return all cases about one subject."""
    return [Case(subject, kind, number) for kind in KINDS[subject] for number in range(ROUNDS)]


@dataclass(frozen=True)
class Trial:
    """A case with the files that it made, ready to be run.

    Attributes:
        case: the case.
        folder: what the run may see: inputs, outputs and a home.
        corpus: sound things.
        options: what the case changes.
    """

    case: Case
    folder: Path
    corpus: Corpus
    options: dict[str, str]

    @classmethod
    def of(cls, case: Case, folder: Path, corpus: Corpus) -> Trial:
        """Draw the files of a case."""
        for name in ("in", "out", "home", "temporary", "cache"):
            (folder / name).mkdir()
        if case.with_earlier:
            shutil.copytree(corpus.earlier, folder / "out", dirs_exist_ok=True)
        options = case.kind(random.Random(f"{SEED}-{case.name}"), folder / "in", corpus)
        return cls(case, folder, corpus, options)

    @property
    def digest(self) -> str:
        """Number that tells this input from others."""
        told = hashlib.blake2b(
            repr(sorted(self.options.items())).replace(str(self.folder), "").encode("utf-8", "replace")
        )
        for path in sorted((self.folder / "in").rglob("*")):
            told.update(path.name.encode() + (path.read_bytes() if path.is_file() else b""))
        return told.hexdigest()

    def faults(self, forks: EngineForks) -> list[str]:
        """Run it and return what is wrong with how that ended."""
        before, earlier = self._inputs(), _contents(self.folder / "out")
        ending = self._assess(forks)
        faults = judgement.said(ending, self.case.in_json)
        faults += judgement.written(self.folder / "out", ending.code, earlier)
        if self._inputs() != before:
            faults.append(f"inputs changed: {sorted(set(self._inputs()) ^ set(before))}")
        faults += [
            f"left {path.relative_to(self.folder)}" for name in ("home", "temporary")
            for path in (self.folder / name).iterdir()
        ]  # fmt: skip
        if self.case.subject == "bundle":
            faults += self._verified(forks, ending)
        return faults

    def _verified(self, forks: EngineForks, ending: Ending) -> list[str]:
        """Ask `models verify` the same: its yes means that a run ends well."""
        verified = forks.run(["models", "verify", self.options["model"]], self.folder, self._environment())
        faults = judgement.said(verified, in_json=False)
        # whether a graph that is well-formed computes anything is seen by loading it: a clear no of its own
        allowed = {0, 4} if self.case.kind.__name__.startswith("network") else {0}
        # and what its weights make of an image, by computing it
        computed = self.case.kind.__name__.startswith("network") and "not finite" in ending.err + ending.out
        if verified.code == 0 and ending.code not in allowed and not computed:
            faults.append(f"verified, and the run ended with {ending.code}: {ending.err[-400:]}{ending.out[-400:]}")
        if verified.code not in (0, 4):
            faults.append(f"models verify ended with {verified.code}: {verified.err[-400:]}")
        if (self.folder.parent / "x.bin").exists() or (self.folder / "x.onnx").exists():
            faults.append("unpacked outside")
        return faults

    def _assess(self, forks: EngineForks) -> Ending:
        arguments = self.corpus.arguments(self.folder / "out", **self.options)
        if self.case.with_earlier:
            arguments.append("--overwrite")
        if self.case.in_json:
            arguments.append("--events=json")
        return forks.run(arguments, self.folder, self._environment())

    def _environment(self) -> dict[str, str]:
        folders = {"HOME": "home", "TMPDIR": "temporary", "XVIEW2_CACHE": "cache", "XVIEW2_MODELS": "cache/models"}
        return {name: str(self.folder / folder) for name, folder in folders.items()}

    def _inputs(self) -> dict[str, bytes]:
        return _contents(self.folder / "in") | {
            str(path): path.read_bytes() for path in (self.corpus.pre, self.corpus.post, *self.corpus.model.iterdir())
        }


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

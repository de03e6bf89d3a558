"""Published weights as a bundle: any subset of an ensemble, with the rule by which its authors decided, or ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.rule import DecisionRule
from xview2_qgis.engine.decision.views import Tta
from xview2_qgis.engine.errors import InputError

from ..bundle.bundle_plan import BundlePlan, Part
from ..bundle.card import bundle_id
from ..bundle.form import Form
from .file import PublishedFile, inspect
from .registry import OFFERS, published_card
from .solution import Solution

DecisionName = Literal["published", "streaming"]

#: By how many pixels the published program mirrors images for its DPN localization networks, and for no others.
_MARGINS = {"d92_loc": 16}
#: The published program counts its ResNeXt-101 twice.
_WEIGHTS = {"r101_softmax": 2.0}
_STRIDE = 32  # the U-Nets halve the image five times and join what they kept

#: The published rule takes the building network at 0.25; streaming keeps that.
_WITH_LOCALIZATION = ObjectVote(building_threshold=0.25, damaged_building_threshold=0.25)
#: Without one, the published rule says building where a class beats 0.8 times the background, damage counting twice.
#: With background p₀ and the rest in one class that is 1 - p₀ > 0.8 / 1.8, and 1 - p₀ > 0.8 / 2.8 for damage.
_BACKGROUND_TELLS = ObjectVote(building_threshold=0.8 / 1.8, damaged_building_threshold=0.8 / 2.8)


@dataclass(frozen=True)
class PublishedChoice:
    """What the user chose beside the files.

    Attributes:
        solution: whose files these are.
        decision: the authors' rule, or the engine's; None for the authors' where the files allow it.
        form: how networks are written.
        overlap: of neighbouring tiles, None for what suits the decision.
    """

    solution: Solution
    decision: DecisionName | None
    form: Form
    overlap: int | None = None


def plan_published(paths: Sequence[Path], choice: PublishedChoice, name: str) -> BundlePlan:
    """Check files of published weights and plan their bundle.

    Args:
        paths: files, or folders that hold files under their published names.
        choice: what the user chose.
        name: id of the bundle.

    Raises:
        InputError: a file is refused or given twice, the decision needs networks that are not there, or the size does
            not suit the networks.
    """
    files = _inspected(paths, choice.solution)
    if choice.solution == "second-place" and any(length % _STRIDE for length in choice.form.size):
        raise InputError("these networks need a height and width that 32 divides", "change --input-size", "image-size")
    complete = choice.solution == "fifth-place" or len({file.localization for file in files}) == 2
    decision = choice.decision or ("published" if complete else "streaming")
    if decision == "published" and not complete:
        lacks = "damage" if files[0].localization else "localization"
        raise InputError(
            f"the published decision needs a {lacks} network, none of the files is one",
            "add one, or use --decision streaming", "incomplete",
        )  # fmt: skip
    rule, tta, overlap = _decision(choice.solution, decision, files, min(choice.form.size))
    return BundlePlan(
        card=published_card(choice.solution, bundle_id(name), len(files)),
        parts=_parts(files),
        form=choice.form,
        decision=rule,
        tta=tta,
        overlap=overlap if choice.overlap is None else choice.overlap,
    )


def _decision(
    solution: Solution, decision: DecisionName, files: Sequence[PublishedFile], size: int
) -> tuple[DecisionRule, Tta, int]:
    """Return rule, test-time augmentation and overlap; the authors' programs took whole images, without overlap."""
    if decision == "published":
        return OFFERS[solution].rule, OFFERS[solution].tta, 0
    if solution == "fifth-place":
        rule = ObjectVote()  # the larger of two probabilities is the one above one half
    else:
        rule = _WITH_LOCALIZATION if any(file.localization for file in files) else _BACKGROUND_TELLS
    return rule, "none", size // 4


def _inspected(paths: Sequence[Path], solution: Solution) -> list[PublishedFile]:
    files: dict[str, PublishedFile] = {}
    for path in _expanded(paths, solution):
        file = inspect(path, solution)
        if file.sha256 in files:
            raise InputError(
                f"{path} and {files[file.sha256].path} are the same file", "give every file once", "published-file"
            )
        files[file.sha256] = file
    if solution == "fifth-place" and len(files) > 1:
        raise InputError("the fifth place published one network", "give one file", "published-file")
    # buildings first: the engine asks for damage only where there are some
    return sorted(files.values(), key=lambda file: not file.localization)


def _expanded(paths: Sequence[Path], solution: Solution) -> list[Path]:
    found = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [path / name for name in OFFERS[solution].files if (path / name).is_file()]
        if not inside:
            raise InputError(
                f"{path}: holds none of the published files of the {solution} solution",
                "xview2-export published --list says what to fetch", "published-file",
            )  # fmt: skip
        found.extend(inside)
    return found


def _parts(files: Sequence[PublishedFile]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for file in files:
        stem = re.sub(r"[^A-Za-z0-9._-]", "-", file.path.stem if file.path.suffix == ".pth" else file.path.name)
        stem = stem.lstrip(".-")[:100] or "network"
        taken = {part.name.lower() for part in parts}
        name, number = stem, 2
        while name.lower() in taken:
            name, number = f"{stem}-{number}", number + 1
        parts.append(
            Part(
                name=name,
                load=file.load,
                weight=_WEIGHTS.get(file.network, 1.0),
                margin=_MARGINS.get(file.network, 0),
                origin={"network": file.network, "source_file": file.path.name, "source_sha256": file.sha256},
            )
        )
    return tuple(parts)

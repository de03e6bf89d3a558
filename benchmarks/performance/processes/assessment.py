"""``xview2 assess`` as a whole process, as its user waits for it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from ...measurement import Measurement, measure


@dataclass(frozen=True)
class Assessment:
    """What is assessed, and how.

    Attributes:
        post: post-event image.
        pre: pre-event image; None for the post-event image alone.
        model: name or folder of the bundle.
        footprints: outlines of known buildings; None without.
        device: ``cpu``, ``cuda`` or ``tensorrt``.
        more: further arguments.
    """

    post: Path
    pre: Path | None
    model: str
    footprints: Path | None = None
    device: str = "cpu"
    more: tuple[str, ...] = ()

    def arguments(self, output: Path) -> list[str]:
        """Return the arguments of ``python``."""
        given = [] if self.pre is None else ["--pre", str(self.pre)]
        given += [] if self.footprints is None else ["--footprints", str(self.footprints)]
        return [
            "-m", "xview2_qgis.engine", "assess", *given, "--post", str(self.post), "--model", self.model,
            "--output", str(output), "--overwrite", "--events", "json", "--register", "off", "--device", self.device,
            *self.more,
        ]  # fmt: skip

    def measured(self, folder: Path) -> Measurement:
        """Run it, with results in a folder.

        Raises:
            RuntimeError: it failed; the message holds its last lines.
        """
        return measure(self.arguments(folder / "damage.gpkg"))


def post_only_model(model: str, folder: Path) -> Path:
    """Return a copy of a bundle that assesses a post-event image alone: it takes the place of the other one.

    What such a model says is of no use; how long it takes is what a model made for it would take.
    """
    from xview2_qgis.engine.bundle.registry import find_model

    copy = folder / "post-only-model"
    if not copy.exists():
        shutil.copytree(find_model(model), copy)
        manifest = copy / "model.json"
        said = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(said | {"missing_pre": "post"}), encoding="utf-8")
    return copy

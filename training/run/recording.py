"""What a run writes down: a log of figures, TensorBoard with pictures, a progress bar."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from xview2_qgis.protocol.schema import DAMAGE_CLASSES, rgb


class Record:
    """The written record of a run; a process that is not the first records nothing.

    Args:
        folder: gets ``log.jsonl`` and ``tensorboard/``.
        first: step at which the run starts or goes on; TensorBoard forgets what an interrupted run wrote behind it.
        steps: steps of the run.
        silent: record nothing.
        bar: show the progress bar.
    """

    def __init__(self, folder: Path, first: int, steps: int, silent: bool, bar: bool) -> None:
        self._log = None if silent else (folder / "log.jsonl").open("a", encoding="utf-8")
        self._writer = None if silent else SummaryWriter(str(folder / "tensorboard"), purge_step=first)
        self._bar = tqdm(initial=first, total=steps, disable=silent or not bar, mininterval=2, unit="step")
        self._shown: dict[str, str] = {}

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
        if self._log:
            self._log.close()
        if self._writer:
            self._writer.close()

    def advance(self) -> None:
        """One more step is done."""
        self._bar.update()

    def say(self, line: str) -> None:
        """Show a line above the progress bar."""
        self._bar.write(line)

    def figures(self, step: int, kind: str, figures: dict[str, float]) -> None:
        """Write figures of a step.

        Args:
            step: steps done.
            kind: ``train`` or ``validation``.
            figures: by name; the first one also stands behind the progress bar.
        """
        finite = {k: (round(v, 6) if math.isfinite(v) else None) for k, v in figures.items()}
        if self._log:
            self._log.write(json.dumps({"step": step, "kind": kind, **finite}) + "\n")
            self._log.flush()
        if self._writer:
            for name, value in figures.items():
                self._writer.add_scalar(f"{kind}/{name}", value, step)
        for name, value in list(figures.items())[:1]:
            self._shown[name] = f"{value:.3f}"
        self._bar.set_postfix(self._shown, refresh=False)

    def picture(self, step: int, name: str, image: NDArray[np.uint8]) -> None:
        """Write an RGB picture (H, W, 3)."""
        if self._writer:
            self._writer.add_image(f"validation/{name}", image, step, dataformats="HWC")


def class_picture(damage: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return classes (H, W), 0…4 and 255, in the product's colours, uint8 (H, W, 3); background is black."""
    palette = np.zeros((256, 3), np.uint8)
    for damage_class in DAMAGE_CLASSES:
        palette[damage_class] = rgb(damage_class)
    palette[255] = 150
    return np.asarray(palette[damage], dtype=np.uint8)


def comparison(
    pre: NDArray[np.uint8], post: NDArray[np.uint8], truth: NDArray[np.uint8], predicted: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return pre, post, truth and prediction side by side at half size, uint8 (H/2, 2W, 3)."""
    panels = [pre, post, class_picture(truth), class_picture(predicted)]
    return np.concatenate([p[::2, ::2] for p in panels], axis=1)

"""One percentage and one remaining time out of the progress of the engine's stages."""

from __future__ import annotations

from ..i18n.translation import tr
from ..protocol.events import Progress

#: Stages in their order, with their usual share of the whole time: inference is nearly all of it.
STAGE_WEIGHTS = {"prepare": 0.03, "infer": 0.85, "objects": 0.08, "write": 0.04}

_LONGEST_S = 1e9  # thirty years: more is as good as infinite


class RunProgress:
    """Adds up the stages of a run; the percentage never goes back."""

    def __init__(self) -> None:
        self.percent = 0.0
        self.seconds_left: float | None = None
        self.stage = ""

    def update(self, progress: Progress) -> None:
        """Take a progress event into account."""
        self.stage = progress.stage
        weight = STAGE_WEIGHTS.get(progress.stage)
        if weight is None:
            return
        names = list(STAGE_WEIGHTS)
        index = names.index(progress.stage)
        before = sum(STAGE_WEIGHTS[name] for name in names[:index])
        after = sum(STAGE_WEIGHTS.values()) - before - weight
        fraction = progress.fraction
        self.percent = max(self.percent, min(100.0 * (before + weight * fraction), 100.0))
        if progress.eta_s is None or fraction >= 1.0:
            self.seconds_left = None
        else:
            # the later stages take their usual share of what this stage takes in all
            whole_stage = progress.eta_s / (1.0 - fraction)
            self.seconds_left = min(progress.eta_s + whole_stage * after / weight, _LONGEST_S)


def stage_title(stage: str) -> str:
    """Return the words for a stage, for people."""
    titles = {
        "prepare": tr("Preparing the images"),
        "infer": tr("Detecting buildings and damage"),
        "objects": tr("Extracting building outlines"),
        "write": tr("Writing the results"),
    }
    return titles.get(stage, stage)

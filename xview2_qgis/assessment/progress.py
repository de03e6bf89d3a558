"""One percentage and one remaining time out of the progress of the engine's stages."""

from __future__ import annotations

from ..i18n.translation import tr
from ..protocol.events import SCENES_STAGE, STAGE_SHARES, Progress

_LONGEST_S = 1e9  # thirty years: more is as good as infinite


class RunProgress:
    """Adds up the stages of a run, or takes that of a batch; the percentage never goes back."""

    def __init__(self) -> None:
        self.percent = 0.0
        self.seconds_left: float | None = None
        self.stage = ""

    def update(self, progress: Progress) -> None:
        """Take a progress event into account."""
        self.stage = progress.stage
        if progress.stage == SCENES_STAGE:
            self.percent, self.seconds_left = max(self.percent, 100.0 * progress.fraction), progress.eta_s
            return
        weight = STAGE_SHARES.get(progress.stage)
        if weight is None:
            return
        names = list(STAGE_SHARES)
        index = names.index(progress.stage)
        before = sum(STAGE_SHARES[name] for name in names[:index])
        after = sum(STAGE_SHARES.values()) - before - weight
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
        SCENES_STAGE: tr("Assessing the scenes"),
    }
    return titles.get(stage, stage)

"""The validation during a run: official figures of pairs that are not trained on, and pictures of a few."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from xview2_qgis.engine.scoring.challenge import Score

from ..data.datasets import held_back_files
from ..data.xbd import PairFiles, read_pair
from ..evaluation.pair_scores import score_pairs
from ..evaluation.prediction import Predictor
from ..run.checkpoint import load_network
from ..run.configuration import Configuration
from ..run.recording import Record, comparison

#: Pairs that are drawn.
_PICTURES = 4


@dataclass(frozen=True)
class Validation:
    """Evaluates a network on pairs; what :func:`training.fit.fitting.fit` calls now and then.

    Attributes:
        files: the pairs.
        first: the figure that decides which checkpoint is the best.
        localization: network whose buildings mask those of a damage network.
    """

    files: tuple[PairFiles, ...]
    first: str
    localization: nn.Module | None = None

    @staticmethod
    def of(config: Configuration) -> Validation | None:
        """Return the validation of a run, ``None`` when its configuration names no pairs for it.

        Pairs that are held back from the training, a disaster or a fold, are taken before a folder for validation.

        Raises:
            CheckpointError: the localization network cannot be read.
            ConfigurationError: the held-back disaster does not exist.
            DatasetError: a file is missing or unusable.
        """
        files = tuple(held_back_files(config.data))
        if not files:
            return None
        first = "localization_f1" if config.network.task == "localization" else "score"
        localization = load_network(config.localization) if config.localization is not None else None
        return Validation(files, first, localization)

    def __call__(self, network: nn.Module, step: int, record: Record) -> dict[str, float]:
        """Return the figures, the deciding one first, and record the pictures."""
        if self.localization is not None:
            self.localization.to(next(network.parameters()).device)
        predictor = Predictor(network, self.localization)
        score = Score()
        for pair_score in score_pairs(predictor, self.files, objects=False):
            score.include(pair_score.pixels)
        figures = score.as_dict()
        for chosen in self.files[:: max(1, len(self.files) // _PICTURES)][:_PICTURES]:
            pair = read_pair(chosen)
            prediction = predictor.predict(pair.pre, pair.post)
            record.picture(step, pair.name, comparison(pair.pre, pair.post, pair.damage, prediction.mask()))
        return {self.first: figures[self.first], **figures}

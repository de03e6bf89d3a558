"""Prediction: whole images through one network, or through a damage network and a localization network.

Test-time augmentation turns the *input*: every view goes through the network, its probabilities are turned back, and
their mean counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from xview2_qgis.engine.decision.class_given_building import building_beside_background, class_given_building
from xview2_qgis.engine.decision.views import VIEWS, Tta, Views

from ..labels import IGNORED
from ..networks.normalisation import normalise
from ..networks.scores import Probabilities, probabilities
from ..section import ConfigurationError

_STRIDE = 32  # every network halves the image five times


class PredictionError(ConfigurationError):
    """The given networks together do not predict what is needed."""


@dataclass(frozen=True)
class Prediction:
    """What is predicted for one pair.

    Attributes:
        building: probability of a building, float32 (H, W).
        damage: probabilities of the four classes given a building, float32 (4, H, W); ``None`` from a localization
            network alone.
    """

    building: NDArray[np.float32]
    damage: NDArray[np.float32] | None

    @property
    def classes(self) -> NDArray[np.uint8]:
        """Most probable class 1…4 of every pixel as if it were a building, uint8 (H, W); 255 without damage."""
        if self.damage is None:
            return np.full(self.building.shape, IGNORED, np.uint8)
        return np.asarray(self.damage.argmax(axis=0) + 1, dtype=np.uint8)

    def mask(self, threshold: float = 0.5) -> NDArray[np.uint8]:
        """Return the class where the building probability exceeds ``threshold`` and 0 elsewhere, uint8 (H, W)."""
        return np.where(self.building > threshold, self.classes, np.uint8(0))


@dataclass(frozen=True)
class Predictor:
    """Networks and how they are run.

    Attributes:
        network: predicts building and damage, or one of them. A damage network with a background channel predicts
            buildings, too.
        localization: its buildings count instead of those of ``network``.
        views: axes that each view reverses, one of :data:`VIEWS`.
        post_only: the networks are given the post-event image in the place of the pre-event one.
    """

    network: nn.Module
    localization: nn.Module | None = None
    views: Views = VIEWS["none"]
    post_only: bool = False

    @staticmethod
    def of(network: nn.Module, localization: nn.Module | None = None, tta: Tta = "none") -> Predictor:
        """Return a predictor with the views of a mode."""
        return Predictor(network, localization, VIEWS[tta])

    @torch.inference_mode()
    def predict(self, pre: NDArray[np.uint8], post: NDArray[np.uint8]) -> Prediction:
        """Run one pair through the networks, which are put into evaluation mode.

        Images of any size: they are mirrored at the right and lower edge up to a multiple of 32 pixels.

        Args:
            pre: RGB, uint8 (H, W, 3).
            post: the same after the event.

        Raises:
            PredictionError: no network predicts buildings.
        """
        height, width = post.shape[:2]
        pre = post if self.post_only else pre
        predicted = averaged(self.network, pre, post, self.views)
        located = predicted if self.localization is None else averaged(self.localization, pre, post, self.views)
        building = _building(located)
        if building is None:
            raise PredictionError(
                "no network says where buildings are: give a localization network (--loc-weights)"
                if self.localization is None
                else "the network given for localization says nothing about buildings: give one trained for it"
            )
        damage = None if predicted.damage is None else class_given_building(predicted.damage.cpu().numpy())
        return Prediction(building[0, 0, :height, :width], None if damage is None else damage[0, :, :height, :width])


def averaged(network: nn.Module, pre: NDArray[np.uint8], post: NDArray[np.uint8], views: Views) -> Probabilities:
    """Return the mean probabilities over views of a pair, at the padded size.

    Args:
        network: any network of this package.
        pre: RGB, uint8 (H, W, 3).
        post: the same after the event.
        views: axes that each view reverses.
    """
    device = next(network.parameters()).device
    network.eval()
    images = [_tensor(image).to(device) for image in (pre, post)]
    size = (images[0].shape[-2], images[0].shape[-1])
    seen = [probabilities(network(*(normalise(image.flip(view)) for image in images)), size) for view in views]
    return Probabilities(
        _mean([p.building for p in seen], views),
        _mean([p.damage for p in seen], views),
    )


def _mean(seen: list[Tensor | None], views: Views) -> Tensor | None:
    back = [p.flip(view) for p, view in zip(seen, views, strict=True) if p is not None]
    return torch.stack(back).mean(dim=0) if back else None


def _tensor(image: NDArray[np.uint8]) -> Tensor:
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, -height % _STRIDE), (0, -width % _STRIDE), (0, 0)), mode="symmetric")
    return torch.from_numpy(np.ascontiguousarray(padded.transpose(2, 0, 1))).unsqueeze(0)


def _building(outputs: Probabilities) -> NDArray[np.float32] | None:
    """Return the building probability, float32 (N, 1, H, W), None where no network predicts it."""
    if outputs.building is not None:
        return outputs.building.cpu().numpy()
    if outputs.damage is not None and outputs.damage.shape[1] == 5:
        return building_beside_background(outputs.damage.cpu().numpy())
    return None

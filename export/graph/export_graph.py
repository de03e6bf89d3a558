"""The graph that is exported: uint8 images in, probabilities out.

Normalisation and the final sigmoid and softmax are part of the graph, so that no program that runs a bundle can
get them wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.evaluation.calibration import Scaling
from training.networks.normalisation import normalise
from training.networks.scores import Probabilities, Scores, probabilities
from xview2_qgis.engine.bundle.manifest import Role

_AS_IT_IS = Scaling()
_PROBE = 64  # pixels; what a network says does not depend on the size


@dataclass(frozen=True)
class Ends:
    """Inputs and outputs of an exported network.

    Attributes:
        building: whether it says where buildings are.
        damage: channels of its damage output, 5 (background first), 4 (given a building) or None.
    """

    building: bool
    damage: int | None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the images it takes; a localization network sees the pre-event image only."""
        return ("pre",) if self.damage is None else ("pre", "post")

    @property
    def outputs(self) -> dict[str, int]:
        """Channels of its outputs by name."""
        building = {"building": 1} if self.building else {}
        return building if self.damage is None else {**building, "damage": self.damage}

    @property
    def role(self) -> Role:
        """Its role in a bundle."""
        if self.damage is None:
            return "localization"
        return "joint" if self.building else "damage"


@torch.inference_mode()
def find_ends(network: nn.Module) -> Ends:
    """Ask a network what it says, with a blank pair.

    Args:
        network: in evaluation mode; takes a normalised pair, returns :class:`~training.networks.scores.Scores`.

    Raises:
        ValueError: it says nothing.
    """
    image = torch.zeros(1, 3, _PROBE, _PROBE)
    scores: Scores = network(image, image)
    if scores.building is None and scores.damage is None:
        raise ValueError("the network says neither building nor damage")
    return Ends(scores.building is not None, None if scores.damage is None else scores.damage.shape[1])


class ExportGraph(nn.Module):
    """A network with its input and output conventions.

    Args:
        network: takes a normalised pair (N, 3, H, W) each, returns :class:`~training.networks.scores.Scores`.
        size: height and width that the exported graph will have, in pixels.
        scaling: of the damage scores, so that probabilities are calibrated. Where the background channel says where
            buildings are, its probability stays, and only the four classes share the rest in another way.
        margin: pixels by which images are mirrored outwards after normalisation (the border pixel is not repeated);
            what lies there is cut off the result.
    """

    def __init__(
        self, network: nn.Module, size: tuple[int, int], scaling: Scaling = _AS_IT_IS, margin: int = 0
    ) -> None:
        super().__init__()
        self.network = network.eval()
        self.ends = find_ends(network)
        self.size = size
        self.scaling = scaling
        self.margin = margin
        self.eval()

    def forward(self, pre: Tensor, post: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return the outputs that :attr:`ends` names, float32 probabilities at full size.

        Args:
            pre: uint8 (N, 3, H, W) RGB.
            post: the same after the event; a localization network is not given it.
        """
        before = self._prepared(pre)
        after = before if post is None else self._prepared(post)
        scores: Scores = self.network(before, after)
        margin, (height, width) = self.margin, self.size
        said = self._said(scores, (height + 2 * margin, width + 2 * margin))
        inner = slice(margin, margin + height), slice(margin, margin + width)
        return tuple(p[..., inner[0], inner[1]] if margin else p for p in said if p is not None)

    def _said(self, scores: Scores, size: tuple[int, int]) -> Probabilities:
        """Return calibrated probabilities (N, C, H, W) at ``size``."""
        damage = scores.damage
        if damage is None or self.scaling == _AS_IT_IS:
            return probabilities(scores, size)
        if self.ends.building or self.ends.damage != 5:
            return probabilities(scores._replace(damage=self._scaled(damage)), size)
        # thresholds were chosen on the buildings of the plain scores, so these must not move
        plain = probabilities(scores, size).damage
        shares = probabilities(Scores(None, self._scaled(damage[:, 1:])), size).damage
        assert plain is not None  # both come from scores that are there
        assert shares is not None
        # the sum of the classes, unlike 1 - background, has digits where the background is nearly certain
        classes = plain[:, 1:].sum(dim=1, keepdim=True) * shares
        return Probabilities(None, torch.cat([plain[:, :1], classes], dim=1))

    def _scaled(self, damage: Tensor) -> Tensor:
        offsets = damage.new_tensor([0.0] * (damage.shape[1] - 4) + list(self.scaling.offsets))
        return damage / self.scaling.temperature + offsets.view(1, -1, 1, 1)

    def _prepared(self, image: Tensor) -> Tensor:
        normalised = normalise(image)
        return functional.pad(normalised, (self.margin,) * 4, mode="reflect") if self.margin else normalised

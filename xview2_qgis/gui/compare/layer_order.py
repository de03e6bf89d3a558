"""The layers of the map in a comparison: what lies above both images, and what below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsMapLayer, QgsRasterLayer

from ...results.own_results import is_own_result
from ...results.result_images import ResultImages


@dataclass(frozen=True)
class LayerOrder:
    """Layers in the order of drawing, the topmost first.

    Attributes:
        above: the buildings, and everything else that lies above the images and hides nothing.
        pre: the pre-event image and what shows beside it.
        post: the post-event image and what shows beside it.
    """

    above: tuple[QgsMapLayer, ...]
    pre: tuple[QgsMapLayer, ...]
    post: tuple[QgsMapLayer, ...]

    @classmethod
    def of(cls, layers: Sequence[QgsMapLayer], images: ResultImages) -> LayerOrder:
        """Return how the layers of a map are drawn when two images are compared.

        The images need not be among them: a hidden one is shown, too. Layers of a result always lie above both.

        Args:
            layers: those of the map, the topmost first.
            images: the images.
        """
        pair = (images.pre.id(), images.post.id())
        places = [place for place, layer in enumerate(layers) if layer.id() in pair]
        results = [place for place, layer in enumerate(layers) if is_own_result(layer)]
        top = places[0] if places else 1 + max(results, default=-1)
        others = [(place, layer) for place, layer in enumerate(layers) if layer.id() not in pair]
        above = [
            place
            for place, layer in others
            if is_own_result(layer) or (place < top and not isinstance(layer, QgsRasterLayer))
        ]
        below = tuple(layer for place, layer in others if place not in above)
        return cls(tuple(layers[place] for place in above), (images.pre, *below), (images.post, *below))

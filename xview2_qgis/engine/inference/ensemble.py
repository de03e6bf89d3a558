"""An ensemble: the mean over several networks and over views of test-time augmentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...protocol.codes import ErrorCode
from ..decision.views import VIEWS, Tta
from ..errors import RuntimeFailure
from .network import NetworkSession

Array = NDArray[np.float32]
Images = Mapping[str, NDArray[np.uint8]]

#: Output of a network with what it saw; no probabilities, and no part of its answer.
FEATURES = "features"

# a mean that is a whole number must not lose it to weights that are none; means of few bytes lie further apart
_ROUNDING = 1e-6


class Ensemble:
    """Networks, each of which counts by its weight in the mean of each output that it has.

    Args:
        sessions: the networks.
        tta: test-time augmentation; ``mirror`` averages two runs of each network, ``flips`` four.
    """

    def __init__(self, sessions: Sequence[NetworkSession], tta: Tta) -> None:
        self.sessions = tuple(sessions)
        self._views = VIEWS[tta]
        self._weights: dict[str, float] = {}
        for session in self.sessions:
            for name in session.network.outputs:
                self._weights[name] = self._weights.get(name, 0.0) + session.network.weight

    def mean(self, images: Images) -> dict[str, Array]:
        """Return the weighted mean of each output, float32 (N, channels, H, W).

        Args:
            images: ``pre`` and ``post``, uint8 (N, 3, H, W).

        Raises:
            RuntimeFailure: the device failed, or the networks returned numbers that are not finite.
        """
        if len(self.sessions) == 1:  # a mean of one, without a copy
            return dict(self._means(self.sessions[0], images))
        sums: dict[str, Array] = {}
        for session in self.sessions:
            for name, values in self._means(session, images):
                share = values * np.float32(session.network.weight / self._weights[name])
                sums[name] = share if name not in sums else np.add(sums[name], share, out=sums[name])
        return sums

    def truncated_mean(self, images: Images) -> dict[str, NDArray[np.uint8]]:
        """Return the weighted mean of each output × 255 as the second place has it, uint8 (N, channels, H, W).

        Fractions are cut off twice: of every network before the mean, because its program passes pictures from one
        network to the next, and of the mean.

        Args:
            images: ``pre`` and ``post``, uint8 (N, 3, H, W).

        Raises:
            RuntimeFailure: the device failed, or the networks returned numbers that are not finite.
        """
        sums: dict[str, NDArray[np.float64]] = {}
        for session in self.sessions:
            for name, values in self._means(session, images):
                if name == FEATURES:  # no probabilities
                    continue
                grey = (np.clip(values, 0.0, 1.0) * np.float32(255.0)).astype(np.uint8)
                votes = grey * np.float64(session.network.weight)
                sums[name] = votes if name not in sums else np.add(sums[name], votes, out=sums[name])
        return {name: (total / self._weights[name] + _ROUNDING).astype(np.uint8) for name, total in sums.items()}

    def _means(self, session: NetworkSession, images: Images) -> Iterator[tuple[str, Array]]:
        """Yield each output of a network, averaged over the views."""
        sums: dict[str, Array] = {}
        for axes in self._views:
            flipped = {name: np.ascontiguousarray(np.flip(images[name], axes)) for name in images}
            for name, values in session.run(flipped).items():
                back = np.flip(values, axes)
                if len(self._views) == 1:
                    sums[name] = back
                else:
                    sums[name] = back.copy() if name not in sums else np.add(sums[name], back, out=sums[name])
        for name, total in sums.items():
            # the sum mostly suffices, and needs no memory
            if name != FEATURES and not np.isfinite(total.sum()) and not np.isfinite(total).all():
                raise RuntimeFailure(
                    "the networks returned numbers that are not finite", "use --precision fp32 or --device cpu",
                    ErrorCode.NOT_FINITE,
                )  # fmt: skip
            yield name, total if len(self._views) == 1 else total / np.float32(len(self._views))

"""A loaded network: images in, checked probabilities out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ...protocol.codes import ErrorCode
from ..bundle import Network
from ..errors import EngineError, ModelError, RuntimeFailure, brief
from .network_outputs import checked_outputs
from .nvidia.bound_session import BoundSession

#: Words of libraries' messages when memory is short, in small letters.
MEMORY_SIGNS = (
    "out of memory",
    "failed to allocate",
    "allocate memory",
    "bad_alloc",
    "bad allocation",
    "not enough memory",
)


class NetworkSession:
    """A loaded network; several threads may run it at the same time.

    Args:
        network: the network.
        session: its ONNX Runtime session, or the same with I/O binding.
        run_options: how ONNX Runtime runs it.
    """

    def __init__(
        self,
        network: Network,
        session: onnxruntime.InferenceSession | BoundSession,
        run_options: onnxruntime.RunOptions | None = None,
    ) -> None:
        self.network = network
        self._session = session
        self._run_options = run_options

    def run(self, images: Mapping[str, NDArray[np.uint8]]) -> dict[str, NDArray[np.float32]]:
        """Run the network.

        Args:
            images: ``pre`` and ``post``, uint8 (N, 3, H, W); N is the same in every call. On the CPU, networks
                that take several sizes may be given them.

        Returns:
            Its outputs by name, float32 (N, channels, H, W); they are the caller's, who may change them.

        Raises:
            RuntimeFailure: the device failed or has too little memory.
            ModelError: an output has another shape than the network promises, or the parts of the network do not fit
                each other, which ONNX Runtime does not always see before.
        """
        feed = {name: images[name] for name in self.network.inputs}
        try:
            outputs = self._session.run(list(self.network.outputs), feed, self._run_options)
        except Exception as error:  # ONNX Runtime's own errors have no common base
            raise _run_failure(self.network, error, self._session) from error
        return checked_outputs(self.network, outputs, next(iter(feed.values())).shape)


def _run_failure(
    network: Network, error: Exception, session: onnxruntime.InferenceSession | BoundSession
) -> EngineError:
    text = str(error).lower()
    if isinstance(error, MemoryError) or any(sign in text for sign in MEMORY_SIGNS):
        return RuntimeFailure(
            "the device has too little memory",
            "use --batch-size 1 or --device cpu, or close other programs",
            ErrorCode.OUT_OF_MEMORY,
        )
    if session.get_providers()[0] == "CPUExecutionProvider":  # which has no driver and no library of others to fail
        return ModelError(
            f"{network.path.name} cannot be computed ({short_reason(error)})",
            "install the model again, or use another one",
            "model-network",
        )
    return RuntimeFailure(
        f"{network.path.name} failed while running ({short_reason(error)})",
        "use --device cpu, or another model",
        ErrorCode.RUNTIME,
    )


def short_reason(error: Exception) -> str:
    """Return ONNX Runtime's message on one line, not too long."""
    return brief(" ".join(str(error).split()), 200)

"""ONNX Runtime's execution providers: the name of each, and with which options it computes."""

from __future__ import annotations

from ...protocol.options.devices import Device
from ..bundle import Bundle
from .nvidia.cudnn_search import Search
from .nvidia.tensorrt_cache import tensorrt_settings

#: Names of the providers.
PROVIDERS: dict[Device, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
}


def provider_settings(
    device: Device, bundle: Bundle, search: Search, *, half: bool
) -> list[str | tuple[str, dict[str, object]]]:
    """Return providers with their options; nodes a device cannot compute go to the ones after it.

    Args:
        device: where to compute.
        bundle: the model.
        search: of cuDNN's algorithms.
        half: some of the arithmetic is fp16.
    """
    cuda: tuple[str, dict[str, object]] = (
        PROVIDERS["cuda"],
        {"cudnn_conv_algo_search": search, "arena_extend_strategy": "kSameAsRequested"},
    )
    cpu = PROVIDERS["cpu"]
    if device == "cpu":
        return [cpu]
    if device == "cuda":
        return [cuda, cpu]
    if device == "tensorrt":
        settings = tensorrt_settings(bundle.checksum, half=half)
        return [(PROVIDERS["tensorrt"], settings), cuda, cpu]
    return [PROVIDERS[device], cpu]

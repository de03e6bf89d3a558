"""What computes, and with which numbers: the words of the command line, which the plugin offers, too."""

from __future__ import annotations

from typing import Literal, get_args

#: What a network runs on, by its execution provider.
Device = Literal["cpu", "cuda", "tensorrt", "directml", "coreml"]
#: The same with ``auto``, which takes a graphics card that works, else the CPU.
DeviceChoice = Literal["auto", "cpu", "cuda", "tensorrt", "directml", "coreml"]
#: Precision of the arithmetic; ``auto`` decides by device.
PrecisionChoice = Literal["auto", "fp32", "fp16"]
#: Test-time augmentation: the mean over no other view, over the mirror image, or over four flips.
Tta = Literal["none", "mirror", "flips"]

DEVICES: tuple[Device, ...] = get_args(Device)
DEVICE_CHOICES: tuple[DeviceChoice, ...] = get_args(DeviceChoice)
PRECISION_CHOICES: tuple[PrecisionChoice, ...] = get_args(PrecisionChoice)
TTA_CHOICES: tuple[Tta, ...] = get_args(Tta)

_FOREIGN: dict[str, tuple[DeviceChoice, ...]] = {
    "darwin": ("cuda", "tensorrt", "directml"),
    "win32": ("coreml",),
}


def devices_of(platform: str) -> tuple[DeviceChoice, ...]:
    """Return the choices that make sense on a system, for example ``linux``, ``win32`` or ``darwin``."""
    foreign = _FOREIGN.get(platform, ("directml", "coreml"))
    return tuple(device for device in DEVICE_CHOICES if device not in foreign)

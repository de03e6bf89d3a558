"""Hints of the engine in the words of QGIS, where its options are fields and layers have settings."""

from __future__ import annotations

import re

from ..i18n.translation import tr
from ..protocol.codes import ErrorCode

_OPTION = re.compile(r"--(?=[a-z])")


def hint_in_qgis(code: str, hint: str) -> str:
    """Return what to do about an error of the engine.

    Args:
        code: identifier of the error.
        hint: the engine's own words, which are for its command line.
    """
    # "use --precision auto" names the field and its value
    return _hints().get(code) or _OPTION.sub("", hint)


def _hints() -> dict[str, str]:
    choose_area = tr("choose an area of interest and assess part by part")
    return {
        ErrorCode.DEFAULT_MODEL: tr("open Raster › xView2 › Models… and press Download"),
        ErrorCode.DEVICE: tr("choose Automatic or the CPU as device; a GPU needs its own version of ONNX Runtime"),
        ErrorCode.DISK_SPACE: tr("free space, or {}").format(choose_area),
        ErrorCode.IMAGE_MISSING: tr("add the images of the run to the project, or choose the folder in which they lie"),
        ErrorCode.NOT_FINITE: tr("choose fp32 as precision, or the CPU as device"),
        ErrorCode.NO_CRS: tr("assign one (right click on the layer, Layer CRS, Set Layer CRS…)"),
        ErrorCode.OUTPUT_REVIEWED: tr(
            "give the result another name, or choose to carry the reviews over, or to replace the result and lose them"
        ),
        ErrorCode.OUT_OF_MEMORY: tr("close other programs, or choose the CPU as device"),
        ErrorCode.RASTER_DAMAGED: tr("copy or download the image again, under the same name"),
        ErrorCode.RESUME_CHANGED: tr("give the same again, or press Run to begin anew"),
        ErrorCode.RESUME_DAMAGED: tr("press Run to begin anew"),
        ErrorCode.RUNTIME: tr("choose the CPU as device, or another model"),
        ErrorCode.SAME_IMAGE: tr("choose two different images; of a stack of both, enter the bands of each"),
        ErrorCode.TOO_LARGE: tr("check the CRS of both images, or {}").format(choose_area),
    }

"""Lets torchvision's CUDA build be imported beside a CPU build of torch. For development environments only.

No CPU build of torchvision exists for the pinned torch, and the CUDA build fails on import because its compiled
operators are missing. timm imports torchvision but never calls these operators, so declaring their names is enough.
Set-up copies this module into ``.venv`` together with a ``.pth`` file that imports it; the product does not contain it.
"""

import importlib.abc
import sys


class _DeclareOperators(importlib.abc.MetaPathFinder):
    """Declares the operators right before torchvision is imported; finds nothing itself."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "torchvision":
            sys.meta_path.remove(self)
            import torch

            if not torch.cuda.is_available():
                self.library = torch.library.Library("torchvision", "DEF")
                self.library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
                self.library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
                sys.modules[__name__].library = self.library  # the declaration lives as long as this object


sys.meta_path.insert(0, _DeclareOperators())

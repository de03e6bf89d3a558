"""The networks of a random pair in PyTorch, the way the published programs run them.

``python -m benchmarks.performance.processes.torch_networks DEVICE COUNT PRECISION [SIZE]`` prints one JSON line with
``seconds`` for COUNT pairs, one after the other: evaluation mode, no gradients, the answer back in the memory of the
host, as the authors' scripts do. ``fp16`` is autocast. The first pair, which also plans, does not count.
"""

from __future__ import annotations

import json
import sys
import time

from ..random_pair import CONFIGS, FOLDER


def main(device: str, count: str, precision: str, size: str = "1024") -> None:
    """Run the networks and print what that took."""
    import torch

    from training.run.configuration import load_configuration

    networks = [
        load_configuration(FOLDER / f"{config}.yaml").network.build(start=False).eval().to(device)
        for config in CONFIGS.values()
    ]
    pre, post = (torch.rand(1, 3, int(size), int(size)) for _ in range(2))
    begun = 0.0
    with torch.inference_mode(), torch.autocast(device, torch.float16, enabled=precision == "fp16"):
        for number in range(int(count) + 1):
            if number == 1:
                begun = time.perf_counter()
            for network in networks:
                scores = network(pre.to(device), post.to(device))
                _ = [part.float().cpu() for part in scores if isinstance(part, torch.Tensor)]
    print(json.dumps({"seconds": time.perf_counter() - begun}))


if __name__ == "__main__":
    main(*sys.argv[1:])

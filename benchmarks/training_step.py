"""One training step per network and precision, against the plain fp32 step of the same network.

``python -m benchmarks.training_step [CONFIG …] [--size 256] [--batch 2] [--steps 3]`` prints images per second, peak
memory and the ratios to the plain step: channels last or not, mixed precision, ``torch.compile`` where a GPU is.
Every variant runs in a process of its own, because peak memory is a property of a process.
``--input`` measures how many samples a second one loader process makes, against what the fastest step consumes.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .measurement import measure

_CONFIGS = Path(__file__).parents[1] / "training" / "configs"


@dataclass(frozen=True)
class Variant:
    """A way to take the same step.

    Attributes:
        title: for the table.
        precision: ``32`` or a torch dtype for autocast.
        channels_last: memory layout of images and weights.
        compiled: through ``torch.compile``.
        depthwise_full: depthwise convolutions in full precision, as a run does on a CPU.
    """

    title: str
    precision: str = "32"
    channels_last: bool = False
    compiled: bool = False
    depthwise_full: bool = False


def variants(cuda: bool) -> list[Variant]:
    """Return the variants that make sense on this machine; the first one is the plain step."""
    plain = [Variant("fp32"), Variant("fp32, channels last", channels_last=True)]
    if not cuda:
        lowered = Variant("bf16, channels last", "bfloat16", channels_last=True)
        return [*plain, lowered, replace(lowered, title="bf16, depthwise fp32", depthwise_full=True)]
    mixed = [
        Variant("fp16", "float16"),
        Variant("fp16, channels last", "float16", channels_last=True),
        Variant("bf16, channels last", "bfloat16", channels_last=True),
    ]
    return [*plain, *mixed, Variant("fp16, channels last, compiled", "float16", True, True)]


@dataclass(frozen=True)
class StepFigures:
    """What one variant measured.

    Attributes:
        images_per_second: pairs of a step over its seconds, the median step.
        memory_mib: peak; on a GPU what torch allocated, on a CPU what the process grew by.
    """

    images_per_second: float
    memory_mib: float


def run_step(config: str, variant: Variant, size: int, batch: int, steps: int) -> StepFigures:
    """Take steps of one variant in this process."""
    import torch

    from training.data.allocation import keep_freed_memory
    from training.losses.target import Target
    from training.optimisation.depthwise import keep_depthwise_full
    from training.optimisation.optimisers import make_optimiser
    from training.run.configuration import load_configuration

    keep_freed_memory()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    configuration = load_configuration(Path(config))
    layout = torch.channels_last if variant.channels_last else torch.contiguous_format
    network = configuration.network.build(start=False).to(device).train()
    network = network.to(memory_format=layout)  # type: ignore[call-overload]  # torch types no memory format
    if variant.depthwise_full:
        keep_depthwise_full(network)
    criterion = configuration.loss
    optimiser = make_optimiser(network, configuration.optimiser)
    scaler = torch.amp.GradScaler(device, enabled=variant.precision == "float16")
    model = torch.compile(network) if variant.compiled else network
    pre, post = (torch.randn(batch, 3, size, size, device=device).to(memory_format=layout) for _ in range(2))
    damage = torch.randint(0, 5, (batch, size, size), dtype=torch.uint8, device=device)
    target = Target((damage > 0).to(torch.uint8), damage)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = []
    for _ in range(steps + 1):
        start = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(device, getattr(torch, variant.precision, None), enabled=variant.precision != "32"):
            scores = model(pre, post)
        loss = torch.stack(list(criterion(scores, target).values())).sum()
        scaler.scale(loss).backward()
        scaler.step(optimiser)
        scaler.update()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    if device == "cuda":
        memory = torch.cuda.max_memory_allocated() / 2**20
    else:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    # the first step also plans and allocates
    return StepFigures(batch / sorted(seconds[1:])[steps // 2], memory)


def input_rate(config: str, samples: int) -> float:
    """Return samples per second that one process makes from synthetic towns, with the run's crops and augmentation."""
    import tempfile

    from training.data.datasets import training_sources
    from training.data.synthesis import synthesize
    from training.fit.fitting import make_plan, make_samples
    from training.run.configuration import load_configuration

    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder) / "towns", 2, 1024)
        overrides = [f"data.train=[{{folder: {folder}/towns}}]", f"data.cache={folder}/cache", "run.batch=8"]
        configuration = load_configuration(Path(config), overrides)
        sources = training_sources(configuration.data)
        data = make_samples(configuration, sources, make_plan(configuration, sources)[0])
        _ = data[0]
        start = time.perf_counter()
        for number in range(samples):
            _ = data[number]
        return samples / (time.perf_counter() - start)


def main() -> int:
    """Run the benchmark, or one variant of it in a child process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_step", description=__doc__)
    parser.add_argument("configs", nargs="*", help="names of training/configs; all without")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--input", action="store_true", help="measure the input pipeline too")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        config, variant = json.loads(options.child)
        figures = run_step(config, Variant(**variant), options.size, options.batch, options.steps)
        print(json.dumps(asdict(figures)))
        return 0

    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU; not measured on a GPU"
    print(f"one step, {options.batch} pairs of {options.size} x {options.size}, torch {torch.__version__}, {device}")
    names = options.configs or sorted(p.stem for p in _CONFIGS.glob("*.yaml"))
    for name in names:
        config = str(_CONFIGS / f"{name}.yaml")
        plain, best = None, 0.0
        for variant in variants(torch.cuda.is_available()):
            sizes = [f"--{n}={getattr(options, n)}" for n in ("size", "batch", "steps")]
            child = json.dumps([config, asdict(variant)])
            try:
                output = measure(["-m", "benchmarks.training_step", *sizes, "--child", child]).output
            except RuntimeError as error:
                print(f"{name:28} {variant.title:32} failed: {str(error).splitlines()[-1]}", flush=True)
                continue
            figures = StepFigures(**json.loads(output.splitlines()[-1]))
            plain = plain or figures
            best = max(best, figures.images_per_second)
            print(
                f"{name:28} {variant.title:32} {figures.images_per_second:7.2f} pairs/s "
                f"{figures.images_per_second / plain.images_per_second:5.2f}x  {figures.memory_mib:7.0f} MiB "
                f"{figures.memory_mib / max(plain.memory_mib, 1e-9):5.0%}",
                flush=True,
            )
        if options.input:
            rate = input_rate(config, 64)
            print(f"{name:28} {'input, one process':32} {rate:7.2f} pairs/s {rate / best:5.2f}x the fastest step")
    return 0


if __name__ == "__main__":
    sys.exit(main())

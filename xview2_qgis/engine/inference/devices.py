"""ONNX Runtime: which device computes, asserted and reported.

A provider that is listed need not work: its libraries may be missing, the device too old, the memory too small. So a
session is asked after its creation which provider it got, and on anything but the CPU a first run must succeed. A
device that was asked for by name and does not work is an error; ``auto`` goes on to the next one with a warning.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import cast

import numpy as np
import onnxruntime

from ...protocol.codes import ErrorCode
from ...protocol.options.devices import DEVICES, Device, DeviceChoice, PrecisionChoice
from ..bundle import Bundle, Network, by_precision
from ..bundle.bundle import OPEN_AXES
from ..bundle.manifest import Precision
from ..bundle.network_file import read_network
from ..errors import EngineError, ModelError, RuntimeFailure
from ..run.events import EventSink
from .network import NetworkSession, short_reason
from .nvidia.bound_session import BoundSession
from .nvidia.cudnn_search import LONG_RUN, Search, SearchTrial, choose_search
from .nvidia.tensorrt_cache import gpu_name
from .providers import PROVIDERS, provider_settings

# tensorrt is only used when asked for: it builds an engine for minutes before the first tile
_AUTO: tuple[Device, ...] = ("cuda", "directml", "coreml", "cpu")
#: Devices that compile a network for one size of images, for seconds to minutes.
ONE_SIZE_DEVICES: frozenset[Device] = frozenset({"tensorrt", "directml", "coreml"})
_HOW_TO_GET: dict[Device, str] = {
    "cpu": "install onnxruntime",
    "cuda": "install onnxruntime-gpu[cuda,cudnn] instead of onnxruntime and an NVIDIA driver, or use --device auto",
    "tensorrt": "install onnxruntime-gpu[cuda,cudnn] instead of onnxruntime and tensorrt, or use --device auto",
    "directml": "it needs onnxruntime-directml 1.27 or newer in place of onnxruntime (Windows only), which did not "
    "exist in November 2026; with older ones a model of a stranger can read other files. Use --device auto",
    "coreml": "CoreML exists on macOS only, use --device auto",
}
#: ONNX Runtime writes what is worse than this: nothing. All errors come as exceptions, too, and are told in one line.
_SEVERITY = 4  # fatal
_MANY = 3  # networks, from which on each gives back its memory after a run: a little slower, but gigabytes smaller
_SMALL = 32 * 2**20  # bytes of a network that needs little memory for a tile
_GPU_BATCHES = (4, 2, 1)  # tried in this order until the first run fits into the memory of the device


@dataclass(frozen=True)
class RuntimeOptions:
    """What the user asks of the runtime.

    Attributes:
        device: where to compute.
        precision: of the weights.
        threads: threads of the CPU for one run; None for the variable ``XVIEW2_THREADS`` or, without it, all cores.
        batch_size: tiles per run, None to choose: 1 on the CPU, as many as fit on other devices.
    """

    device: DeviceChoice = "auto"
    precision: PrecisionChoice = "auto"
    threads: int | None = None
    batch_size: int | None = None


@dataclass(frozen=True)
class RuntimeReport:
    """What really computes.

    Attributes:
        device: for people, one of :data:`DEVICES`.
        provider: name of ONNX Runtime's execution provider.
        precision: of the computation.
        model_reason: why this model computes, where the choice was left to the program; else empty.
    """

    device: Device
    provider: str
    precision: Precision
    model_reason: str = ""


@dataclass(frozen=True)
class LoadedNetworks:
    """The networks of a bundle, ready on one device.

    Attributes:
        sessions: one per network.
        report: what computes.
        batch_size: tiles per run; every run has exactly so many.
        workers: runs at the same time that are fastest here.
        for_one_tile: whether a single tile or several are fastest this way; None where that makes no difference.
    """

    sessions: tuple[NetworkSession, ...]
    report: RuntimeReport
    batch_size: int
    workers: int = 1
    for_one_tile: bool | None = None

    def suit(self, tiles: int) -> bool:
        """Return whether they are loaded in the way that is fastest for a run of so many tiles."""
        return self.for_one_tile in (None, tiles == 1)


def available_devices() -> tuple[Device, ...]:
    """Return the devices the installed ONNX Runtime was built for; whether they work shows only when used."""
    listed = onnxruntime.get_available_providers()
    return tuple(device for device in DEVICES if PROVIDERS[device] in listed)


def auto_devices() -> tuple[Device, ...]:
    """Return the devices that ``auto`` tries, the best one first."""
    return tuple(device for device in _AUTO if device in available_devices())


def open_networks(
    bundle: Bundle, options: RuntimeOptions, events: EventSink, tiles: int | None = None
) -> LoadedNetworks:
    """Load the networks of a bundle on the device the options ask for.

    Args:
        bundle: the model.
        options: device, precision, threads and batch size.
        events: warned of devices that do not work.
        tiles: how many there will be at most, where that is known.

    Raises:
        RuntimeFailure: the device does not work, or the bundle has no network of the precision asked for.
        ModelError: ONNX Runtime refuses a network.
    """
    if options.device != "auto":
        return _open_on(options.device, bundle, options, tiles)
    for device in auto_devices()[:-1]:
        try:
            return _open_on(device, bundle, options, tiles)
        except (RuntimeFailure, ModelError) as error:
            # a network one provider refuses may run on the next; if not, the last one's error is reported
            events.warning("device-fallback", f"{device} does not work and is not used: {error}")
    return _open_on("cpu", bundle, options, tiles)


def open_network(
    network: Network, bundle: Bundle, device: Device, options: RuntimeOptions, search: Search = "HEURISTIC"
) -> NetworkSession:
    """Load one network on one device and make sure that it is really there.

    Args:
        network: the network.
        bundle: its model.
        device: where to compute.
        options: precision and threads.
        search: of cuDNN's algorithms.

    Raises:
        RuntimeFailure: the device does not work.
        ModelError: ONNX Runtime refuses the network.
    """
    _require(device)
    if device in ("cuda", "tensorrt") and hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # finds CUDA and cuDNN in Python packages
    wanted = PROVIDERS[device]
    content = read_network(network.path, network.sha256)
    try:
        session = onnxruntime.InferenceSession(
            content,
            sess_options=_session_options(device, options, bundle),
            providers=provider_settings(device, bundle, search, half="fp16" in (options.precision, network.precision)),
            # ONNX Runtime's own fallback is silent to the caller and prints to standard output
            enable_fallback=0,
            read_config_from_model=0,
        )
        session._model_bytes = None  # kept for that fallback only: the network's size in memory
    except EngineError:  # of the options
        raise
    except Exception as error:  # ONNX Runtime's own errors have no common base
        if device == "cpu":
            raise ModelError(
                f"ONNX Runtime {onnxruntime.__version__} refuses {network.path.name} ({short_reason(error)})",
                "install the model again, or a newer ONNX Runtime",
                "model-network",
            ) from error
        raise RuntimeFailure(
            f"device {device} does not work ({short_reason(error)})", _HOW_TO_GET[device], ErrorCode.DEVICE
        ) from error
    if session.get_providers()[0] != wanted:
        raise RuntimeFailure(
            f"device {device} is listed but does not work, its libraries were not found",
            _HOW_TO_GET[device],
            ErrorCode.DEVICE,
        )
    _require_ends(network, session)
    # buffers that stay are for few networks; many give their memory back
    bound = device in ("cuda", "tensorrt") and len(bundle.networks) < _MANY
    ran = BoundSession(session, "cuda") if bound else session
    return NetworkSession(network, ran, _run_options(device, bundle))


def _require_ends(network: Network, session: onnxruntime.InferenceSession) -> None:
    """Make sure that ONNX Runtime sees the network that was checked."""
    ends = [tuple(end.name for end in session.get_inputs()), tuple(end.name for end in session.get_outputs())]
    if ends != [network.inputs, network.outputs]:
        raise ModelError(
            f"ONNX Runtime sees other inputs or outputs in {network.path.name} than it lists",
            "install the model again, or ask its author", "model-network",
        )  # fmt: skip


def _require(device: Device) -> None:
    if device not in available_devices():
        raise RuntimeFailure(
            f"device {device} is not available, the installed engine supports {', '.join(available_devices())} only",
            _HOW_TO_GET[device],
            ErrorCode.DEVICE,
        )


def _open_on(device: Device, bundle: Bundle, options: RuntimeOptions, tiles: int | None) -> LoadedNetworks:
    _require(device)
    networks, precision = _choose_precision(device, bundle, options)
    report = RuntimeReport(device, PROVIDERS[device], precision)
    workers, for_one_tile = 1, None
    if device == "cpu" and _side_by_side(networks, options):
        for_one_tile = tiles == 1
    if for_one_tile is False:
        workers, options = 2, replace(options, threads=1)
    fixed = {network.batch_size for network in networks} - {None}
    if fixed:
        batches = cast("tuple[int, ...]", tuple(fixed))
    elif options.batch_size is not None:
        batches = (options.batch_size,)
    else:
        batches = (1,) if device == "cpu" else _GPU_BATCHES

    def opened(search: Search) -> tuple[NetworkSession, ...]:
        return tuple(open_network(network, bundle, device, options, search) for network in networks)

    attempts: list[tuple[Search, int]] = [("HEURISTIC", batch) for batch in batches]
    if device == "cuda" and tiles is not None and tiles >= LONG_RUN:
        trial = SearchTrial(lambda search: partial(_warm_up, opened(search), batches[0], bundle.tile_size), batches[0])
        parts = (gpu_name(), onnxruntime.__version__, bundle.checksum, precision, str(batches[0]))
        if choose_search(tiles, parts, trial) == "EXHAUSTIVE":
            attempts.insert(0, ("EXHAUSTIVE", batches[0]))
    sessions: tuple[NetworkSession, ...] = ()
    for search, batch in attempts:
        sessions = ()  # a session keeps the memory that the attempt before took
        sessions = opened(search)
        if device == "cpu":  # nothing to find out, and the first tile is as good a first run
            break
        try:
            _warm_up(sessions, batch, bundle.tile_size)
            break
        except RuntimeFailure as error:
            if error.code != ErrorCode.OUT_OF_MEMORY or (search, batch) == attempts[-1]:
                raise
    return LoadedNetworks(sessions, report, batch, workers, for_one_tile)


def _side_by_side(networks: Sequence[Network], options: RuntimeOptions) -> bool:
    """Return whether two runs with a thread each are better for several tiles than one with both.

    On two cores they are: threads of one run wait for each other, and all the more when reading and writing take one
    of the cores for a moment (0.44 s a tile instead of 0.54 to 0.59 s, and 0.4 GB more memory with the default
    model). They share one session and its weights. Several networks, or a large one, take too much memory for it, and
    more than two cores were not measured. A single tile has both cores to itself.
    """
    if len(networks) != 1:
        return False
    try:
        size = networks[0].path.stat().st_size
    except OSError:  # it has gone meanwhile, which is told when it is loaded
        return False
    return size <= _SMALL and options.threads is None and (thread_count(options) or os.cpu_count()) == 2


def _warm_up(sessions: tuple[NetworkSession, ...], batch: int, size: int) -> None:
    blank = np.zeros((batch, 3, size, size), dtype=np.uint8)
    for session in sessions:
        for values in session.run({"pre": blank, "post": blank}).values():
            if not np.isfinite(values).all():
                raise RuntimeFailure(
                    "the device returns numbers that are not finite",
                    "use --precision fp32 or --device cpu",
                    ErrorCode.DEVICE,
                )


def _choose_precision(device: Device, bundle: Bundle, options: RuntimeOptions) -> tuple[tuple[Network, ...], Precision]:
    """Return the networks of the precision that suits the device best, or that was asked for."""
    groups = by_precision(bundle.networks)
    if options.precision != "auto":
        if options.precision in groups:
            return groups[options.precision], options.precision
        if device == "tensorrt" and options.precision == "fp16" and "fp32" in groups:
            return groups["fp32"], "fp16"  # TensorRT converts by itself
        raise RuntimeFailure(
            f"model {bundle.id} has no {options.precision} networks, only {', '.join(groups)}",
            "use --precision auto, or export the model in that precision",
            "precision",
        )
    # CPUs compute fp16 by converting to and fro; GPUs gain most from it
    order: tuple[Precision, ...] = ("fp16", "fp32", "int8")
    if device == "cpu":
        order = ("int8", "fp32", "fp16") if bundle.precision == "int8" else ("fp32", "int8", "fp16")
    chosen = next(precision for precision in order if precision in groups)
    return groups[chosen], chosen


def _session_options(device: Device, options: RuntimeOptions, bundle: Bundle) -> onnxruntime.SessionOptions:
    session_options = onnxruntime.SessionOptions()
    session_options.log_severity_level = _SEVERITY
    session_options.add_session_config_entry("session.load_model_format", "ONNX")  # the only format that is checked
    session_options.intra_op_num_threads = thread_count(options)
    if device == "cpu":
        _pool_memory()
        session_options.add_session_config_entry("session.use_env_allocators", "1")
    # A pattern is one block for all intermediate results of a run. It is planned with the first run and therefore taken
    # beside the memory of that: 0.4 GiB more and, on two cores, a fifth more time for 16 tiles.
    session_options.enable_mem_pattern = device not in ("cpu", "directml")  # DirectML cannot have one
    if device in ONE_SIZE_DEVICES and bundle.size_multiple is not None:
        for axis in OPEN_AXES:
            session_options.add_free_dimension_override_by_name(axis, bundle.tile_size)
    if device == "directml":  # required by this provider
        session_options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    return session_options


@cache  # for the process
def _pool_memory() -> None:
    """Give all sessions on the CPU one pool of memory, which grows by what is asked for.

    A pool of their own would double with each growth: with the default model and two runs at a time the process took
    150 MB more.
    """
    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    as_requested = onnxruntime.OrtArenaCfg({"arena_extend_strategy": 1})
    onnxruntime.create_and_register_allocator(place, as_requested)


def _run_options(device: Device, bundle: Bundle) -> onnxruntime.RunOptions:
    run_options = onnxruntime.RunOptions()
    run_options.log_severity_level = _SEVERITY
    arenas = {"cpu": "cpu:0", "cuda": "cpu:0;gpu:0", "tensorrt": "cpu:0;gpu:0"}
    if device in arenas and len(bundle.networks) >= _MANY:
        run_options.add_run_config_entry("memory.enable_memory_arena_shrinkage", arenas[device])
    return run_options


def thread_count(options: RuntimeOptions) -> int:
    """Return the threads for the CPU; 0 leaves the choice to ONNX Runtime (one for each physical core).

    Raises:
        RuntimeFailure: ``XVIEW2_THREADS`` is no positive number.
    """
    if options.threads is not None:
        return options.threads
    if text := os.environ.get("XVIEW2_THREADS"):
        if not text.isdigit() or int(text) < 1:
            raise RuntimeFailure(f"XVIEW2_THREADS is {text!r}", "set it to a number of threads or unset it", "threads")
        return int(text)
    # ONNX Runtime counts the cores of the machine, also where this process may use only some of them
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else 0
    return allowed if 0 < allowed < (os.cpu_count() or 1) else 0

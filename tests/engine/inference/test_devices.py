"""The device asked for is the device used, or there is a clear error."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import expected_building, expected_damage, seal_bundle, write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import EngineError, ModelError, RuntimeFailure
from xview2_qgis.engine.inference import devices as runtime
from xview2_qgis.engine.inference.devices import RuntimeOptions, available_devices, open_networks, thread_count
from xview2_qgis.engine.inference.nvidia.bound_session import BoundSession
from xview2_qgis.protocol.events import Warned

SIZE = 64


@pytest.fixture
def bundle(tmp_path):
    return open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8))


def images(batch=1, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(0, 256, (batch, 3, SIZE, SIZE), dtype=np.uint8) for name in ("pre", "post")}


def test_cpu_computes_what_the_network_says(bundle):
    loaded = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())
    assert loaded.report == runtime.RuntimeReport("cpu", "CPUExecutionProvider", "fp32")
    assert loaded.batch_size == 1
    pair = images()
    out = loaded.sessions[0].run(pair)
    assert {name: values.dtype for name, values in out.items()} == {"building": np.float32, "damage": np.float32}
    np.testing.assert_allclose(out["building"][0, 0], expected_building(pair["pre"][0]), atol=1e-6)
    np.testing.assert_allclose(out["damage"][0], expected_damage(pair["pre"][0], pair["post"][0]), atol=1e-4)


def test_session_options_arrive(bundle, monkeypatch):
    loaded = open_networks(bundle, RuntimeOptions(device="cpu", threads=1), Recorder())
    assert loaded.sessions[0]._session.get_session_options().intra_op_num_threads == 1
    monkeypatch.setenv("XVIEW2_THREADS", "3")
    assert thread_count(RuntimeOptions()) == 3
    assert thread_count(RuntimeOptions(threads=2)) == 2
    monkeypatch.setenv("XVIEW2_THREADS", "many")
    with pytest.raises(RuntimeFailure, match="XVIEW2_THREADS"):
        thread_count(RuntimeOptions())


@pytest.mark.parametrize(("cores", "workers", "threads"), [("1", 1, 1), ("2", 2, 1), ("3", 1, 3), ("8", 1, 8)])
def test_on_two_cores_two_runs_at_a_time(bundle, monkeypatch, cores, workers, threads):
    monkeypatch.setenv("XVIEW2_THREADS", cores)
    loaded = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())
    assert loaded.workers == workers
    assert loaded.sessions[0]._session.get_session_options().intra_op_num_threads == threads
    # whoever names the threads of a run means it
    assert open_networks(bundle, RuntimeOptions(device="cpu", threads=2), Recorder()).workers == 1
    assert open_networks(bundle, RuntimeOptions(device="cpu"), Recorder(), 1).workers == 1
    assert open_networks(bundle, RuntimeOptions(device="cpu"), Recorder(), 2).workers == workers
    monkeypatch.setattr(runtime, "_SMALL", 10)
    assert open_networks(bundle, RuntimeOptions(device="cpu"), Recorder()).workers == 1


def test_intermediate_results_are_not_planned_beside_those_of_the_first_run(bundle):
    loaded = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())
    assert not loaded.sessions[0]._session.get_session_options().enable_mem_pattern


def test_sessions_on_the_cpu_share_a_pool_of_memory(bundle):
    loaded = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())
    options = loaded.sessions[0]._session.get_session_options()
    assert options.get_session_config_entry("session.use_env_allocators") == "1"


def test_runs_at_the_same_time_do_not_mix(bundle, monkeypatch):
    monkeypatch.setenv("XVIEW2_THREADS", "2")
    network = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder()).sessions[0]
    pairs = [images(seed=seed) for seed in range(24)]
    with ThreadPoolExecutor(2) as pool:
        for pair, out in zip(pairs, pool.map(network.run, pairs), strict=True):
            np.testing.assert_allclose(out["building"][0, 0], expected_building(pair["pre"][0]), atol=1e-6)


@pytest.mark.parametrize("device", ["cuda", "tensorrt", "directml", "coreml"])
def test_a_missing_device_is_an_error_that_says_what_to_install(bundle, device):
    if device in available_devices():
        pytest.skip(f"{device} exists here")
    with pytest.raises(RuntimeFailure) as caught:
        open_networks(bundle, RuntimeOptions(device=device), Recorder())
    assert caught.value.exit_code == 5
    assert f"device {device} is not available" in caught.value.message
    assert "cpu" in caught.value.message
    assert "--device auto" in caught.value.hint


def test_a_listed_device_that_does_not_work(bundle, monkeypatch, capfd):
    """The CUDA package without a GPU: listed, but the session silently gets the CPU."""
    if "cuda" in available_devices():
        pytest.skip("CUDA may work here")
    monkeypatch.setattr(runtime, "available_devices", lambda: ("cpu", "cuda"))
    monkeypatch.setattr(runtime, "provider_settings", lambda *_, half: ["CPUExecutionProvider"])
    events = Recorder()
    loaded = open_networks(bundle, RuntimeOptions(device="auto"), events)
    assert loaded.report.device == "cpu"
    (warning,) = events.of(Warned)
    assert warning.code == "device-fallback"
    assert "cuda" in warning.message
    with pytest.raises(RuntimeFailure, match="listed but does not work"):
        open_networks(bundle, RuntimeOptions(device="cuda"), events)
    assert capfd.readouterr().out == ""  # standard output belongs to the events


def test_a_provider_the_runtime_does_not_know_prints_nothing(bundle, monkeypatch, capfd):
    monkeypatch.setattr(runtime, "available_devices", lambda: ("cpu", "directml"))
    if "DmlExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("DirectML exists here")
    with pytest.warns(UserWarning, match="DmlExecutionProvider"), pytest.raises(RuntimeFailure, match="directml"):
        open_networks(bundle, RuntimeOptions(device="directml"), Recorder())
    assert capfd.readouterr().out == ""


def test_a_network_that_has_gone_since_it_was_checked(bundle, monkeypatch):
    monkeypatch.setattr(runtime.os, "cpu_count", lambda: 2)  # where its size is asked for
    monkeypatch.delenv("XVIEW2_THREADS", raising=False)
    bundle.networks[0].path.unlink()
    with pytest.raises(ModelError, match="is missing"):
        open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())


@pytest.mark.parametrize("moment", ["loading", "running"])
def test_a_broken_graph_is_told_by_its_error_and_nothing_else(tmp_path, moment, capfd):
    """ONNX Runtime would write lines of its own beside it."""
    folder = write_tiny_bundle(tmp_path / "broken", SIZE, 8)
    model = onnx.load(folder / "joint.onnx")
    if moment == "loading":
        next(tensor for tensor in model.graph.initializer if tensor.name == "scale").raw_data = b""
    else:
        shape = numpy_helper.from_array(np.array([7], np.int64), "seven")
        model.graph.initializer.append(shape)
        model.graph.node.insert(0, helper.make_node("Reshape", ["pre", "seven"], ["nothing"]))
        first = next(node for node in model.graph.node if node.op_type == "Cast" and node.input[0] == "pre")
        first.input[0] = "nothing"
    onnx.save(model, folder / "joint.onnx")
    seal_bundle(folder)
    with pytest.raises(EngineError) as caught:
        open_networks(open_bundle(folder), RuntimeOptions(device="cpu"), Recorder()).sessions[0].run(images())
    assert caught.value.code in ("model-network", "runtime")
    assert capfd.readouterr() == ("", "")


def test_too_little_memory_makes_the_batch_smaller(bundle, monkeypatch):
    tried = []

    def warm_up(sessions, batch, size):
        tried.append(batch)
        if batch > 1:
            raise RuntimeFailure("too little memory", "less", "out-of-memory")

    monkeypatch.setattr(runtime, "available_devices", lambda: ("cpu", "coreml"))
    monkeypatch.setattr(runtime, "_warm_up", warm_up)
    monkeypatch.setattr(runtime, "open_network", lambda network, *_: network)
    assert open_networks(bundle, RuntimeOptions(device="coreml"), Recorder()).batch_size == 1
    assert tried == [4, 2, 1]
    tried.clear()
    with pytest.raises(RuntimeFailure, match="too little memory"):
        open_networks(bundle, RuntimeOptions(device="coreml", batch_size=8), Recorder())
    assert tried == [8]


def test_precision(bundle, tmp_path):
    assert open_networks(bundle, RuntimeOptions(precision="fp32"), Recorder()).report.precision == "fp32"
    with pytest.raises(RuntimeFailure, match="no fp16 networks, only fp32"):
        open_networks(bundle, RuntimeOptions(precision="fp16"), Recorder())
    half = open_bundle(write_tiny_bundle(tmp_path / "h", SIZE, 8, changes={"precision": "fp16"}))
    assert open_networks(half, RuntimeOptions(), Recorder()).report.precision == "fp16"


def test_fixed_batch_of_the_graph_wins(tmp_path):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "f", SIZE, 8, fixed_batch=3))
    loaded = open_networks(bundle, RuntimeOptions(batch_size=8), Recorder())
    assert loaded.batch_size == 3
    assert loaded.sessions[0].run(images(3))["building"].shape == (3, 1, SIZE, SIZE)


def test_wrong_shapes_while_running_are_a_failure(bundle):
    loaded = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())
    wrong = np.zeros((1, 3, 8, 8), np.uint8)
    with pytest.raises(ModelError) as caught:
        loaded.sessions[0].run({"pre": wrong, "post": wrong})
    assert caught.value.code == "model-network"
    assert len(caught.value.message) < 400


@pytest.mark.parametrize(("copies", "shrinks"), [(1, False), (2, True)])
def test_networks_of_an_ensemble_give_their_memory_back(tmp_path, copies, shrinks):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "e", SIZE, 8, kind="separate", copies=copies))
    loaded = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder())
    for session in loaded.sessions:
        try:
            given = session._run_options.get_run_config_entry("memory.enable_memory_arena_shrinkage")
        except RuntimeError:  # no such entry
            given = ""
        assert given == ("cpu:0" if shrinks else "")
        assert session.run(images())


def test_out_of_memory_is_recognised(bundle):
    class Exhausted:
        def run(self, *_):
            raise RuntimeError("BFCArena: Failed to allocate memory for requested buffer of size 1")

    with pytest.raises(RuntimeFailure) as caught:
        runtime.NetworkSession(bundle.networks[0], Exhausted()).run(images())
    assert caught.value.code == "out-of-memory"


@pytest.mark.parametrize(
    ("provider", "code"), [("CPUExecutionProvider", "model-network"), ("CUDAExecutionProvider", "runtime")]
)
def test_what_fails_while_running_is_the_network_on_the_cpu_and_perhaps_the_device_elsewhere(bundle, provider, code):
    class Failing:
        def run(self, *_):
            raise RuntimeError(
                "[ONNXRuntimeError] : 1 : FAIL : Input channels C is not equal to kernel channels * group."
            )

        def get_providers(self):
            return [provider, "CPUExecutionProvider"]

    with pytest.raises(EngineError, match="not equal to kernel channels") as caught:
        runtime.NetworkSession(bundle.networks[0], Failing()).run(images())
    assert caught.value.code == code


def test_a_network_the_runtime_refuses(tmp_path):
    import onnx

    folder = write_tiny_bundle(tmp_path / "n", SIZE, 8)
    bundle = open_bundle(folder)
    model = onnx.load(folder / "joint.onnx")
    model.graph.node[0].op_type = "Fantasy"
    onnx.save(model, folder / "joint.onnx")
    with pytest.raises(ModelError, match="was changed"):  # after it had been checked
        open_networks(bundle, RuntimeOptions(), Recorder())
    bundle = open_bundle(seal_bundle(folder))
    with pytest.raises(ModelError, match=r"refuses joint\.onnx"):
        open_networks(bundle, RuntimeOptions(), Recorder())


@pytest.mark.parametrize(("kind", "bound"), [("joint", True), ("separate", True), ("many", False)])
def test_what_is_done_on_cuda_gives_the_same_on_the_cpu(tmp_path, monkeypatch, kind, bound):
    """The whole way of CUDA, where its provider and its buffers are the CPU's: a measurement, warming up, binding."""
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    form = {"kind": "separate", "copies": 2} if kind == "many" else {"kind": kind}
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8, **form))
    plain = open_networks(bundle, RuntimeOptions(device="cpu"), Recorder()).sessions
    asked = []

    def settings(device, bundle, search, *, half):
        asked.append(search)
        return ["CPUExecutionProvider"]

    monkeypatch.setattr(runtime, "available_devices", lambda: ("cpu", "cuda"))
    monkeypatch.setitem(runtime.PROVIDERS, "cuda", "CPUExecutionProvider")
    monkeypatch.setattr(runtime, "provider_settings", settings)
    monkeypatch.setattr(runtime, "_run_options", lambda *_: None)  # the CPU has no memory of a GPU to give back
    monkeypatch.setattr(runtime, "BoundSession", lambda session, device: BoundSession(session, "cpu"))
    for short in (None, 49):
        open_networks(bundle, RuntimeOptions(device="cuda"), Recorder(), short)
    assert set(asked) == {"HEURISTIC"}
    loaded = open_networks(bundle, RuntimeOptions(device="cuda"), Recorder(), 50)
    assert set(asked) == {"HEURISTIC", "EXHAUSTIVE"}
    assert (tmp_path / "cache" / "cudnn-search.json").is_file()
    assert (loaded.batch_size, loaded.workers) == (4, 1)
    for one, other in zip(loaded.sessions, plain, strict=True):
        assert isinstance(one._session, BoundSession) == bound
        for seed in range(3):
            pairs = images(4, seed)
            for name, values in one.run(pairs).items():
                np.testing.assert_array_equal(values, other.run(pairs)[name])


@pytest.mark.parametrize(("device", "arenas"), [("cpu", "cpu:0"), ("cuda", "cpu:0;gpu:0"), ("tensorrt", "cpu:0;gpu:0")])
def test_which_memory_an_ensemble_gives_back(tmp_path, device, arenas):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "e", SIZE, 8, kind="separate", copies=2))
    options = runtime._run_options(device, bundle)
    assert options.get_run_config_entry("memory.enable_memory_arena_shrinkage") == arenas

"""Engines of one model, GPU and runtime are kept apart from all others."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import onnxruntime
import pytest

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference import devices as runtime
from xview2_qgis.engine.inference.devices import RuntimeOptions
from xview2_qgis.engine.inference.nvidia import tensorrt_cache
from xview2_qgis.engine.inference.nvidia.tensorrt_cache import engine_folder, gpu_name, tensorrt_settings
from xview2_qgis.engine.inference.providers import provider_settings

posix = pytest.mark.skipif(os.name == "nt", reason="modes of files are of POSIX")


@pytest.fixture(autouse=True)
def forgetful():
    gpu_name.cache_clear()
    yield
    gpu_name.cache_clear()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(tensorrt_cache, "gpu_name", lambda: "NVIDIA RTX 4000 (Ada)")
    return tmp_path / "cache"


def test_settings(cache):
    settings = tensorrt_settings("abc", half=True)
    folder = cache / "tensorrt" / "abc" / f"nvidia-rtx-4000-ada-onnxruntime-{onnxruntime.__version__}"
    assert settings == {
        "trt_engine_cache_enable": True,
        "trt_engine_cache_path": str(folder),
        "trt_timing_cache_enable": True,
        "trt_timing_cache_path": str(folder),
        "trt_fp16_enable": True,
    }
    assert folder.is_dir()
    assert tensorrt_settings("abc", half=False)["trt_fp16_enable"] is False


def test_each_model_gpu_and_runtime_has_its_own_folder(cache, monkeypatch):
    folders = {engine_folder("abc"), engine_folder("def")}
    monkeypatch.setattr(tensorrt_cache, "gpu_name", lambda: "NVIDIA T4")
    folders.add(engine_folder("abc"))
    monkeypatch.setattr(onnxruntime, "__version__", "9.9.9")
    folders.add(engine_folder("abc"))
    assert len(folders) == 4
    assert engine_folder("abc") in folders


def test_a_folder_that_cannot_be_made(cache):
    cache.write_text("a file")
    with pytest.raises(RuntimeFailure, match="cannot write to") as caught:
        engine_folder("abc")
    assert "XVIEW2_CACHE" in caught.value.hint


@pytest.mark.parametrize(
    ("answer", "name"),
    [("NVIDIA H200\nNVIDIA T4\n", "NVIDIA H200"), ("\n", "unknown"), ("", "unknown")],
)
def test_the_first_gpu_is_named(monkeypatch, answer, name):
    monkeypatch.setattr(tensorrt_cache, "_places", lambda: (Path(__file__),))
    monkeypatch.setattr(tensorrt_cache.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=answer))
    assert gpu_name() == name


def test_a_driver_that_does_not_answer(monkeypatch):
    def fail(command, **_):
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(tensorrt_cache, "_places", lambda: (Path("/nowhere"), Path(__file__)))
    monkeypatch.setattr(tensorrt_cache.subprocess, "run", fail)
    assert gpu_name() == "unknown"
    gpu_name.cache_clear()
    monkeypatch.setattr(tensorrt_cache, "_places", lambda: (Path("/nowhere"),))
    assert gpu_name() == "unknown"


def test_no_program_of_the_working_folder_or_the_path_is_started(monkeypatch, tmp_path):
    planted = tmp_path / "nvidia-smi"
    planted.write_text("#!/bin/sh\necho planted\n")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert gpu_name() != "planted"
    assert all(path.is_absolute() for path in tensorrt_cache._places())


@posix
@pytest.mark.parametrize("level", ["tensorrt", "tensorrt/abc"])
@pytest.mark.parametrize("fault", ["others write", "link", "file", "parent"])
def test_engines_are_not_taken_from_where_others_may_write(cache, tmp_path, level, fault):
    folder = cache / level
    folder.parent.mkdir(parents=True)
    for path in (cache, folder.parent):
        path.chmod(0o700)
    if fault == "link":
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    elif fault == "file":
        folder.write_text("")
    else:
        folder.mkdir()
        (folder if fault == "others write" else folder.parent).chmod(0o777)
    with pytest.raises(RuntimeFailure, match="not safe") as caught:
        engine_folder("abc")
    assert caught.value.code == "cache-folder"


@posix
def test_engines_of_another_user_are_not_taken(cache, monkeypatch):
    engine_folder("abc")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(RuntimeFailure, match="not a folder of this user"):
        engine_folder("abc")


@posix
def test_folders_of_engines_are_closed_to_others(cache):
    (cache / "tensorrt").mkdir(parents=True)
    (cache / "tensorrt").chmod(0o755)  # as earlier versions made it
    folder = engine_folder("abc")
    for path in (folder, folder.parent, folder.parent.parent):
        assert path.stat().st_mode & 0o777 == 0o700


def test_the_provider_gets_them_before_cuda_and_cpu(cache, tmp_path):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8))
    providers = provider_settings("tensorrt", bundle, "HEURISTIC", half=True)
    assert providers[0] == ("TensorrtExecutionProvider", tensorrt_settings(bundle.checksum, half=True))
    assert [p if isinstance(p, str) else p[0] for p in providers[1:]] == [
        "CUDAExecutionProvider",
        "CPUExecutionProvider",
    ]


@pytest.mark.parametrize(
    ("written", "asked", "half"),
    [("fp32", "auto", False), ("fp32", "fp16", True), ("fp16", "auto", True), ("fp16", "fp16", True)],
)
def test_tensorrt_may_compute_in_fp16_where_the_network_does(cache, tmp_path, monkeypatch, written, asked, half):
    """TensorRT refuses a network with fp16 nodes unless it may use fp16."""
    bundle = open_bundle(write_tiny_bundle(tmp_path / "m", 64, 8, changes={"precision": written}))
    given = []

    def session(content, sess_options, providers, **options):
        given.append(providers[0])
        real = plain(content, sess_options, providers=["CPUExecutionProvider"], **options)
        return SimpleNamespace(
            get_providers=lambda: ["TensorrtExecutionProvider"],
            get_inputs=real.get_inputs,
            get_outputs=real.get_outputs,
        )

    plain = onnxruntime.InferenceSession

    monkeypatch.setattr(runtime, "available_devices", lambda: ("cpu", "cuda", "tensorrt"))
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    runtime.open_network(bundle.networks[0], bundle, "tensorrt", RuntimeOptions("tensorrt", asked))
    assert given == [("TensorrtExecutionProvider", tensorrt_settings(bundle.checksum, half=half))]

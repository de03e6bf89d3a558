"""The 8-bit copy of the default model is taken where it is faster and as good, and nobody measures twice."""

import json

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.inference import default_model
from xview2_qgis.engine.inference.default_model import choose_default_model
from xview2_qgis.engine.inference.devices import RuntimeOptions

CPU = RuntimeOptions(device="cpu")


def write_models(folder, *, small_score=0.7, rated=True):
    rating = {"fp32": {"score": 0.705}, "int8": {"score": small_score}}
    write_tiny_bundle(folder / "compact", 64, 8, name="compact")
    write_tiny_bundle(
        folder / "compact-int8", 64, 8, name="compact-int8",
        changes={"precision": "int8"} | ({"quantization": rating} if rated else {}),
    )  # fmt: skip


@pytest.fixture
def speeds(tmp_path, monkeypatch):
    """Seconds of a run of either model, by its name; each measurement is noted."""
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(default_model, "find_model", lambda name: tmp_path / name)
    seconds = {"compact": 1.0, "compact-int8": 0.5, "runs": 0}

    def run(networks, tile):
        networks[0].run({"pre": tile, "post": tile})  # it really can
        seconds["runs"] += 1
        return seconds[networks[0].network.path.parent.name]

    monkeypatch.setattr(default_model, "_run", run)
    return seconds


def test_the_faster_one_is_chosen_and_remembered(tmp_path, speeds):
    write_models(tmp_path)
    chosen = choose_default_model(CPU)
    assert (chosen.name, "0.50 of the time" in chosen.reason) == ("compact-int8", True)
    measured = speeds["runs"]
    speeds["compact-int8"] = 2.0
    assert choose_default_model(CPU) == chosen
    assert speeds["runs"] == measured == 6
    # with other threads another one may be faster
    assert choose_default_model(RuntimeOptions(device="cpu", threads=1)).name == "compact"
    assert len(json.loads((tmp_path / "cache" / "default-model.json").read_text())) == 2


@pytest.mark.parametrize(("small", "name"), [(0.95, "compact"), (0.9, "compact-int8"), (1.5, "compact")])
def test_a_little_faster_may_be_chance(tmp_path, speeds, small, name):
    write_models(tmp_path)
    speeds["compact-int8"] = small
    assert choose_default_model(CPU).name == name


@pytest.mark.parametrize(
    ("score", "rated", "name"), [(0.696, True, "compact-int8"), (0.69, True, "compact"), (0.7, False, "compact")]
)
def test_the_score_must_hold(tmp_path, speeds, score, rated, name):
    write_models(tmp_path, small_score=score, rated=rated)
    chosen = choose_default_model(CPU)
    assert chosen.name == name
    assert ("not rated" in chosen.reason) == (name == "compact")


def test_what_is_asked_for_is_not_measured(tmp_path, speeds, monkeypatch):
    write_models(tmp_path)
    assert choose_default_model(RuntimeOptions(device="cuda")).name == "compact"
    assert choose_default_model(RuntimeOptions(device="cpu", precision="fp32")).name == "compact"
    monkeypatch.setattr(default_model, "auto_devices", lambda: ("coreml", "cpu"))
    assert "coreml is asked first" in choose_default_model(RuntimeOptions()).reason
    assert speeds["runs"] == 0


@pytest.mark.parametrize("fault", ["missing", "cache", "torn"])
def test_without_the_other_model_or_a_cache_there_is_still_a_default(tmp_path, speeds, monkeypatch, fault):
    write_models(tmp_path)
    if fault == "missing":
        (tmp_path / "compact-int8" / "joint.onnx").unlink()
    elif fault == "cache":
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "file" / "cache"))
    else:
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache" / "default-model.json").write_text('{"half')
    assert choose_default_model(CPU).name == ("compact" if fault == "missing" else "compact-int8")

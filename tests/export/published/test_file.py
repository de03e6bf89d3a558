"""Files of published weights: read without running them, recognised, refused with one line."""

import pickle

import numpy as np
import pytest
import torch

from export.published.file import inspect, read_state
from tests.export.published_checkpoint import SECOND_PLACE, fixture_arrays, save_as_of_old, write_published
from xview2_qgis.engine.errors import InputError

B2 = "softmax_sampling_efficient_seamese_unet_shared_efficientnet-b2_0_best_xview"


@pytest.fixture(scope="module")
def b2(tmp_path_factory):
    return write_published(tmp_path_factory.mktemp("published") / B2, "b2_softmax")


def refusal(path, solution="second-place"):
    with pytest.raises(InputError) as caught:
        inspect(path, solution)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path.name}: ")
    return str(caught.value)


def test_layout_is_that_of_the_authors(b2):
    with pytest.raises(pickle.UnpicklingError, match=r"numpy\.core\.multiarray\.scalar"):
        torch.load(b2, map_location="cpu", weights_only=True)
    assert b2.read_bytes()[:2] == b"\x80\x02"  # a pickle of protocol 2, no zip archive
    assert b"cuda:0" in b2.read_bytes()


def test_network_is_recognised_and_loaded(b2):
    file = inspect(b2, "second-place")
    assert (file.network, file.localization) == ("b2_softmax", False)
    network = file.load()
    assert not network.training
    assert sum(p.numel() for p in network.parameters()) == SECOND_PLACE["b2_softmax"]["parameters"]


def test_network_of_the_fifth_place_is_recognised_and_loaded(tmp_path):
    file = inspect(write_published(tmp_path / "weight.pth", "dual_hrnet"), "fifth-place")
    assert not file.localization
    network = file.load()
    assert not network.training
    there = fixture_arrays("dual_hrnet").values()
    assert sum(v.numel() for v in network.state_dict().values()) == sum(np.size(array) for array in there)


def test_names_that_say_something_else_are_refused(b2, tmp_path):
    renamed = tmp_path / "localization_dpn_unet_dpn92_0_best_dice"
    renamed.write_bytes(b2.read_bytes())
    assert "holds b2_softmax, its name says d92_loc" in refusal(renamed)
    other = tmp_path / "my-download"
    other.write_bytes(b2.read_bytes())
    assert inspect(other, "second-place").network == "b2_softmax"


def test_damaged_and_foreign_files_are_refused(b2, tmp_path):
    data = b2.read_bytes()
    for name, content in {
        "empty": b"",
        "page": b"<!DOCTYPE html><title>Not found</title>",
        "half": data[: len(data) // 2],
        "tenth": data[: len(data) // 10],
        "last-byte": data[:-1],
    }.items():
        (tmp_path / name).write_bytes(content)
        assert "not a PyTorch checkpoint" in refusal(tmp_path / name)
    assert "there is no such file" in refusal(tmp_path / "nowhere")
    assert "there is no such file" in refusal(tmp_path)
    for name, content in {"list": [1, 2], "bare": {"epoch": 3}, "words": {"state_dict": {"a": "b"}}}.items():
        assert "holds no state_dict" in refusal(save_as_of_old(tmp_path / name, content))


class Hostile:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        import os

        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("legacy", [True, False])
def test_hostile_files_are_not_run(legacy, tmp_path):
    content = {"state_dict": {}, "epoch": Hostile(tmp_path / "made")}
    path = tmp_path / "hostile"
    torch.save(content, path, pickle_protocol=2, _use_new_zipfile_serialization=not legacy)
    assert "asks to run code, which is never done" in refusal(path)
    (tmp_path / "plain").write_bytes(pickle.dumps(content))
    refusal(tmp_path / "plain")
    assert not (tmp_path / "made").exists()


class Runner(Hostile):
    """Runs a line of Python through numpy when it is unpickled."""

    def __reduce__(self):
        return np.testing.runstring, (f"import os; os.mkdir({str(self.folder)!r})", {})


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.float32(0.5), "numpy.dtypes.Float32DType"),
        (np.int64(3), "numpy.dtypes.Int64DType"),
        (np.zeros(3), "multiarray._reconstruct"),
    ],
)
@pytest.mark.parametrize("legacy", [True, False])
def test_harmless_values_are_not_called_code(value, name, legacy, tmp_path):
    content = {"state_dict": {"weight": torch.zeros(1)}, "dice_best": value}
    path = tmp_path / "scored"
    torch.save(content, path, pickle_protocol=2, _use_new_zipfile_serialization=not legacy)
    said = refusal(path)
    assert "scored: holds something other than weights (numpy." in said
    assert f"{name}), which is not read: get the file again" in said


def test_code_is_not_called_harmless(tmp_path):
    for name, value in {
        "runner": Runner(tmp_path / "made"),
        "both": [np.float64(1), Hostile(tmp_path / "made")],
    }.items():
        path = tmp_path / name
        torch.save({"state_dict": {}, "epoch": value}, path, pickle_protocol=2)
        assert "asks to run code, which is never done" in refusal(path)
    assert not (tmp_path / "made").exists()


def test_weights_must_fit_by_name_and_shape(tmp_path):
    arrays = fixture_arrays("b2_softmax")
    missing = {key: value for key, value in arrays.items() if key != "final.0.bias"}
    assert "1 missing (final.0.bias)" in refusal(write_published(tmp_path / "missing", "b2_softmax", missing))
    more = arrays | {"final.1.bias": arrays["final.0.bias"]}
    assert "1 unknown (final.1.bias)" in refusal(write_published(tmp_path / "more", "b2_softmax", more))
    broken = arrays | {"final.0.bias": arrays["final.0.bias"] * float("nan")}
    assert "final.0.bias holds values that are not finite" in refusal(
        write_published(tmp_path / "broken", "b2_softmax", broken)
    )


def test_files_of_the_other_solution_are_refused(b2, tmp_path):
    assert "Dual-HRNet: " in refusal(b2, "fifth-place")
    other = save_as_of_old(tmp_path / "weight.pth", {"state_dict": {"loc_net.conv1.weight": torch.zeros(64, 3, 3, 3)}})
    assert "not a second-place network" in refusal(other)


def test_prefix_is_taken_off_once(tmp_path):
    content = {"state_dict": {"module.module.weight": torch.zeros(1), "bias": torch.ones(1)}}
    assert set(read_state(save_as_of_old(tmp_path / "file", content))) == {"module.weight", "bias"}

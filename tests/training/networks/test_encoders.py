"""Encoders: feature maps as timm gives them, and start weights that fit entirely or not at all."""

from pathlib import Path

import pytest
import safetensors.torch
import timm
import torch

from training.networks.encoders import ENCODERS, WeightTransferError, make_encoder

TINY = "resnet10t"


def test_feature_maps_equal_those_of_timm():
    encoder = make_encoder("efficientnet_lite0", None).eval()
    reference = timm.create_model("efficientnet_lite0", features_only=True).eval()
    reference.load_state_dict(encoder.state_dict())
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        maps, expected = encoder(image), reference(image)
        shallow = encoder(image, depth=2)
    assert all(torch.equal(a, b) for a, b in zip(maps, expected, strict=True))
    assert torch.equal(shallow[1], maps[1])
    assert len(shallow) == 2
    assert list(encoder.channels) == reference.feature_info.channels()


def test_a_pair_is_one_batch_in_training_and_two_in_use():
    encoder = make_encoder("efficientnet_lite0", None)
    pre, post = torch.rand(2, 3, 64, 96), 3 + torch.rand(2, 3, 64, 96)
    with torch.no_grad():
        for mode in (True, False):
            both = encoder.train(mode)(torch.cat([pre, post]))
            for maps, expected in zip(
                encoder.pair(pre, post), ([f[:2] for f in both], [f[2:] for f in both]), strict=True
            ):
                assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(maps, expected, strict=True))
        # alone, each image would be normalised with its own statistics
        assert not torch.allclose(encoder.train()(pre)[4], encoder.pair(pre, post)[0][4], atol=1e-2)


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("dpn92", (64, 336, 704, 1552, 2688)),
        ("densenet161", (96, 384, 768, 2112, 2208)),
        ("seresnext50", (64, 256, 512, 1024, 2048)),
        ("resnext101", (64, 256, 512, 1024, 2048)),
        ("efficientnet-b2", (32, 24, 48, 120, 352)),
        ("resnet34", (64, 64, 128, 256, 512)),
    ],
)
def test_five_maps_with_known_channels(name, channels):
    with torch.device("meta"):
        encoder = make_encoder(name, None)
    with torch.no_grad():
        maps = encoder.eval().to_empty(device="cpu")(torch.zeros(1, 3, 64, 96))
    assert encoder.channels == channels
    assert [tuple(m.shape[1:]) for m in maps] == [(c, 32 >> i, 48 >> i) for i, c in enumerate(channels)]


def test_names_of_the_weights_are_those_of_timm():
    for name, source in ENCODERS.items():
        with torch.device("meta"):
            encoder, whole = make_encoder(name, None), timm.create_model(source.model.split(".")[0])
        state = encoder.state_dict()
        shapes = {key: value.shape for key, value in whole.state_dict().items() if key in state}
        assert shapes == {key: value.shape for key, value in state.items()}, name


def test_package_weights_see_imagenet_statistics():
    """Start weights replace the random ones: batch normalisation has statistics of real images."""
    encoder = make_encoder("efficientnet_lite0", "package")
    means = torch.cat([v for k, v in encoder.state_dict().items() if k.endswith("running_mean")])
    assert means.abs().max() > 0.5


def test_unknown_package_is_named():
    with pytest.raises(WeightTransferError, match="dpn92"):
        make_encoder("dpn92", "package")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_file_of_the_whole_network(tmp_path: Path, suffix):
    source = timm.create_model(TINY)
    path = tmp_path / f"weights{suffix}"
    save = safetensors.torch.save_file if suffix == ".safetensors" else torch.save
    # old files know no counters of batches
    save({k: v for k, v in source.state_dict().items() if not k.endswith("num_batches_tracked")}, path)
    copy = make_encoder(TINY, str(path)).state_dict()
    assert all(torch.equal(value, source.state_dict()[key]) for key, value in copy.items())
    assert "fc.weight" not in copy


def test_file_that_does_not_fit_names_the_weights(tmp_path: Path):
    state = timm.create_model(TINY).state_dict()
    path = tmp_path / "weights.pth"
    torch.save({k: v for k, v in state.items() if k != "layer2.0.conv1.weight"}, path)
    with pytest.raises(WeightTransferError, match=r"1 missing \(layer2\.0\.conv1\.weight\)"):
        make_encoder(TINY, str(path))
    torch.save(state | {"layer4.9.conv1.weight": torch.zeros(1)}, path)
    with pytest.raises(WeightTransferError, match=r"1 unknown \(layer4\.9\.conv1\.weight\)"):
        make_encoder(TINY, str(path))


def test_absent_hub_is_one_line(monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("no route\nto host")

    monkeypatch.setattr(timm, "create_model", refuse)
    with pytest.raises(WeightTransferError) as caught:
        make_encoder("dpn92", "hub")
    assert str(caught.value) == "dpn92: no weights from timm's hub (no route); give a file instead"


@pytest.mark.parametrize("name", ["dpn29", "vit_tiny_patch16_224"])
def test_unusable_names_are_refused(name):
    with pytest.raises(ValueError, match=f"encoder {name}: .*use one of dpn92"):
        make_encoder(name, None)

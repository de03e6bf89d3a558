"""xBD folders: what is missing or wrong is named."""

import json
import shutil

import cv2
import numpy as np
import pytest
import rasterio
from PIL import Image

from tests.training.xbd_folder import squares, write_labelled, write_pair
from training.data.folder.dataset_error import DatasetError
from training.data.folder.image_file import read_image
from training.data.folder.layout import POST_ONLY, Layout
from training.data.xbd import check_folder, list_pairs, read_pair
from training.section import ConfigurationError


@pytest.fixture
def folder(towns, tmp_path):
    shutil.copytree(towns, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def targets(tmp_path):
    write_pair(tmp_path / "drawn", "fire_00000001", squares(32, (0, 0, 1), (16, 16, 4)))
    return tmp_path / "drawn"


def edit(path, **metadata):
    label = json.loads(path.read_text())
    label["metadata"].update(metadata)
    path.write_text(json.dumps(label))


def test_drawn_folder_reads(towns):
    pairs = list_pairs(towns)
    assert len(pairs) == 2
    pair = read_pair(pairs[0])
    assert pair.pre.shape == pair.post.shape == (256, 256, 3)
    assert ((pair.damage > 0) == (pair.building > 0)).all()
    assert check_folder(towns) == []


@pytest.mark.parametrize("kind", ["label", "image"])
@pytest.mark.parametrize("date", ["pre", "post"])
def test_missing_file_is_named(folder, kind, date):
    victim = getattr(list_pairs(folder)[0], kind)(date)
    victim.unlink()
    with pytest.raises(DatasetError, match=f"{victim.name}: missing"):
        list_pairs(folder)
    assert check_folder(folder) == [f"{victim}: missing"]


@pytest.mark.parametrize("keep", [0, 20, 1000])
def test_truncated_image_is_named(folder, keep):
    victim = list_pairs(folder)[0].image("pre")
    victim.write_bytes(victim.read_bytes()[:keep])
    with pytest.raises(DatasetError, match=f"{victim.name}: unreadable"):
        read_pair(list_pairs(folder)[0])


def test_images_of_different_size(folder):
    files = list_pairs(folder)[0]
    cv2.imwrite(str(files.image("post")), np.zeros((128, 200, 3), np.uint8))
    with pytest.raises(
        DatasetError, match=rf"{files.image('post').name}: 200x128 pixels, the pre-event image has 256x256"
    ):
        read_pair(files)


def test_label_of_another_size(folder):
    files = list_pairs(folder)[0]
    edit(files.label("post"), width=1024, height=512)
    with pytest.raises(DatasetError, match=rf"{files.label('post').name}: label of an image of 1024x512 pixels"):
        read_pair(files)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"metadata": {}}', b"\xff\xfe"])
def test_invalid_label_is_named(folder, content):
    files = list_pairs(folder)[0]
    files.label("pre").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DatasetError, match=files.label("pre").name):
        read_pair(files)


def test_unknown_class_in_a_label(folder):
    files = list_pairs(folder)[0]
    label = json.loads(files.label("post").read_text())
    label["features"]["xy"][0]["properties"]["subtype"] = "burnt"
    files.label("post").write_text(json.dumps(label))
    with pytest.raises(DatasetError, match=rf"{files.label('post').name}.*burnt"):
        read_pair(files)


def test_label_rules_by_name(towns):
    files = list_pairs(towns)[0]
    ours, published = read_pair(files), read_pair(files, "second-place")
    differs = np.mean(ours.damage != published.damage)
    assert 0 < differs < 0.1
    with pytest.raises(ConfigurationError, match="third-place"):
        read_pair(files, "third-place")


def test_drawn_targets_stand_in_for_labels(targets):
    pair = read_pair(list_pairs(targets)[0])
    np.testing.assert_array_equal(pair.damage, squares(32, (0, 0, 1), (16, 16, 4)))
    np.testing.assert_array_equal(pair.building, (pair.damage > 0).astype(np.uint8))
    assert check_folder(targets) == []


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.full((32, 32), 7, np.uint8), "class 7"),
        (np.zeros((16, 32), np.uint8), "32x16 pixels, the image has 32x32"),
        (np.zeros((32, 32, 3), np.uint8), "3 bands"),
        (np.zeros((32, 32), np.uint16), "uint16"),
    ],
)
def test_wrong_target_is_named(targets, mask, message):
    files = list_pairs(targets)[0]
    cv2.imwrite(str(files.target("post")), mask)
    with pytest.raises(DatasetError, match=rf"{files.target('post').name}: .*{message}"):
        read_pair(files)


def test_missing_target_is_named(targets):
    list_pairs(targets)[0].target("post").unlink()
    with pytest.raises(DatasetError, match=r"post_disaster_target\.png: missing"):
        list_pairs(targets)


def write_tiff(path, bands, kind="uint8"):
    profile = {"driver": "GTiff", "height": 32, "width": 32, "count": len(bands), "dtype": kind}
    with rasterio.open(
        path, "w", crs="EPSG:32616", transform=rasterio.Affine(0.5, 0, 5e5, 0, -0.5, 4e6), **profile
    ) as d:
        d.write(bands)


def test_georeferenced_copies(targets):
    files = list_pairs(targets)[0]
    before = read_pair(files)
    for date, image in (("pre", before.pre), ("post", before.post)):
        files.image(date).unlink()
        write_tiff(targets / "images" / f"{files.name}_{date}_disaster.tif", image.transpose(2, 0, 1))
    after = read_pair(list_pairs(targets)[0])
    np.testing.assert_array_equal(after.pre, before.pre)
    np.testing.assert_array_equal(after.post, before.post)


def test_tiff_of_another_kind_is_named(tmp_path):
    write_tiff(tmp_path / "a.tif", np.zeros((3, 32, 32), np.uint16), "uint16")
    write_tiff(tmp_path / "b.tif", np.zeros((1, 32, 32), np.uint8))
    (tmp_path / "c.tif").write_bytes(b"II*")
    for name, message in (("a.tif", "uint16"), ("b.tif", "1 bands"), ("c.tif", "unreadable")):
        with pytest.raises(DatasetError, match=f"{name}: .*{message}"):
            read_image(tmp_path / name)


@pytest.mark.parametrize("date", ["pre", "post"])
def test_png_of_16_bits_is_refused(folder, date):
    """An image of 11 bits in 16 would come out with levels of 0 to 7."""
    path = list_pairs(folder)[0].image(date)
    cv2.imwrite(str(path), np.full((256, 256, 3), 2047, np.uint16))
    with pytest.raises(DatasetError, match=rf"{path.name}: 16 bits a channel; 8-bit RGB is wanted"):
        read_image(path)
    assert check_folder(folder) == [f"{path}: 16 bits a channel; 8-bit RGB is wanted, stretch it first"]


@pytest.mark.parametrize("name", ["x.png", "grey.png", "bits.png", "alpha.png", "palette.png"])
def test_other_kinds_of_png_are_read_as_before(tmp_path, name):
    image = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    path = tmp_path / name
    if name == "grey.png":
        image = np.repeat(image[..., :1], 3, 2)
        cv2.imwrite(str(path), image[..., 0])
    elif name == "bits.png":
        image = np.repeat((image[..., :1] > 127).astype(np.uint8) * 255, 3, 2)
        cv2.imwrite(str(path), image[..., 0], [cv2.IMWRITE_PNG_BILEVEL, 1])
    elif name == "palette.png":
        Image.fromarray(image).quantize(4).save(path)
        image = np.asarray(Image.open(path).convert("RGB"))
    else:
        alpha = np.full((16, 16, 1), 255, np.uint8)
        cv2.imwrite(str(path), image[..., ::-1] if name == "x.png" else np.dstack([image[..., ::-1], alpha]))
    np.testing.assert_array_equal(read_image(path), image)


@pytest.mark.parametrize(
    "name", ["place_pre_disaster.png", "a_12b_post_disaster.tif", "a_0001_pre_disaster.PNG", "a_1_pre_disaster.jp2"]
)
def test_image_with_another_name_is_named(folder, name):
    stray = folder / "images" / name
    stray.write_bytes(b"")
    with pytest.raises(DatasetError, match=f"{name}: the name is not <disaster>_<number>_pre_disaster"):
        list_pairs(folder)
    assert [problem.split(": ")[0] for problem in check_folder(folder)] == [str(stray)]


def test_files_beside_images_do_not_matter(folder):
    for name in ("a_pre_disaster.tif.aux.xml", "a_pre_disaster.tfw", "readme.txt", "preview.png"):
        (folder / "images" / name).write_bytes(b"")
    assert len(list_pairs(folder)) == 2
    assert check_folder(folder) == []


def test_only_images_with_other_names(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "place_pre_disaster.png").write_bytes(b"")
    problems = check_folder(tmp_path)
    assert len(problems) == 2
    assert "place_pre_disaster.png: the name is not" in problems[0]


def test_empty_folder_says_what_is_expected(tmp_path):
    with pytest.raises(DatasetError, match="pre_disaster"):
        list_pairs(tmp_path)
    assert len(check_folder(tmp_path)) == 1


def test_all_problems_at_once(folder):
    first, second = list_pairs(folder)
    first.image("post").write_bytes(b"no image")
    first.label("pre").write_text("{")
    edit(first.label("post"), width=9)
    second.label("post").unlink()
    cv2.imwrite(str(second.image("post")), np.zeros((8, 8, 3), np.uint8))
    problems = check_folder(folder)
    named = [first.image("post"), first.label("pre"), first.label("post"), second.label("post"), second.image("post")]
    assert len(problems) == len(named)
    for problem, path in zip(problems, named, strict=True):
        assert problem.startswith(f"{path}: ")
        assert "\n" not in problem


@pytest.mark.parametrize("ending", [".png", ".jpg", ".jpeg", ".webp"])
def test_post_event_images_alone_when_that_is_said(tmp_path, ending):
    write_labelled(tmp_path, "fire_00000001", [(8, 8, 4), (40, 40, 255)], dates=("post",), ending=ending)
    with pytest.raises(DatasetError, match="there are no pre-event images; say post_only if that is right"):
        list_pairs(tmp_path)
    assert check_folder(tmp_path, layout=POST_ONLY) == []
    (files,) = list_pairs(tmp_path, POST_ONLY)
    pair = read_pair(files)
    assert pair.post_only
    np.testing.assert_array_equal(pair.pre, pair.post)
    assert (pair.building == 1).sum() == 128  # the un-classified building is one
    assert (pair.damage == 4).sum() == (pair.damage == 255).sum() == 64


def test_pre_event_images_where_none_should_be(tmp_path):
    for number in (1, 2):
        write_labelled(tmp_path, f"fire_0000000{number}", [(8, 8, 4)], dates=("pre", "post"))
    with pytest.raises(DatasetError, match="a pre-event image in a folder of post-event images alone"):
        list_pairs(tmp_path, POST_ONLY)
    assert len(check_folder(tmp_path, layout=POST_ONLY)) == 2
    with pytest.raises(DatasetError, match=r"no images/\*_post_disaster\.png"):
        list_pairs(tmp_path / "images", POST_ONLY)


def test_coarser_images_are_enlarged_with_their_masks(tmp_path):
    write_labelled(tmp_path, "fire_00000001", [(8, 16, 3)])
    own = read_pair(list_pairs(tmp_path)[0])
    larger = read_pair(list_pairs(tmp_path, Layout(enlarge=2))[0])
    assert larger.pre.shape == larger.post.shape == (128, 128, 3)
    np.testing.assert_array_equal(larger.damage, np.kron(own.damage, np.ones((2, 2), np.uint8)))
    np.testing.assert_array_equal(larger.building, np.kron(own.building, np.ones((2, 2), np.uint8)))
    # the mean over four pixels is about the pixel that they come from
    back = larger.post.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.corrcoef(back.ravel(), own.post.ravel())[0, 1] > 0.95


@pytest.mark.parametrize(("row", "column", "fits"), [(40, 40, True), (56, 8, True), (60, 8, False), (8, 60, False)])
def test_labels_made_coarser_may_keep_the_size_of_before(tmp_path, row, column, fits):
    """Labels of 128 pixels on images of 64: believed where they lie inside, and where images are enlarged twice."""
    write_labelled(tmp_path, "fire_00000001", [(row, column, 3)])
    for path in (tmp_path / "labels").iterdir():
        path.write_text(path.read_text().replace('"width": 64, "height": 64', '"width": 128, "height": 128'))
    for layout in (Layout(), Layout(enlarge=2), Layout(enlarge=4)):
        found = check_folder(tmp_path, layout=layout)
        assert (found == []) == (fits and layout.enlarge == 2)
        assert all("label of an image of 128x128 pixels, the image has 64x64" in line for line in found)

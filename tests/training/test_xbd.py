"""xBD folders: what is missing is named."""

import shutil

import pytest

from training.xbd import DatasetError, list_pairs, read_pair


def test_drawn_folder_reads(towns):
    pairs = list_pairs(towns)
    assert len(pairs) == 2
    pair = read_pair(pairs[0])
    assert pair.pre.shape == pair.post.shape == (256, 256, 3)
    assert ((pair.damage > 0) == (pair.building > 0)).all()


@pytest.mark.parametrize("kind", ["label", "image"])
def test_missing_file_is_named(towns, tmp_path, kind):
    folder = tmp_path / "copy"
    shutil.copytree(towns, folder)
    victim = getattr(list_pairs(folder)[0], kind)("post")
    victim.unlink()
    with pytest.raises(DatasetError, match=victim.name):
        list_pairs(folder)


def test_truncated_image_is_named(towns, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(towns, folder)
    victim = list_pairs(folder)[0]
    victim.image("pre").write_bytes(b"not an image")
    with pytest.raises(DatasetError, match=victim.image("pre").name):
        read_pair(victim)


def test_empty_folder_says_what_is_expected(tmp_path):
    with pytest.raises(DatasetError, match="pre_disaster"):
        list_pairs(tmp_path)

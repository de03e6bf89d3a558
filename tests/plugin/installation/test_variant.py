from __future__ import annotations

import pytest

from xview2_qgis.installation.variant import Computer, Variant, offered_variants, variants_of


@pytest.mark.parametrize(
    ("system", "machine", "driver", "expected"),
    [
        ("linux", "x86_64", None, ("cpu", "cuda")),
        ("linux", "x86_64", "proc/driver/nvidia/version", ("cuda", "cpu")),
        ("linux", "x86_64", "usr/lib/wsl/lib/libcuda.so.1", ("cuda", "cpu")),
        ("linux", "aarch64", None, ("cpu",)),
        ("win32", "AMD64", None, ("cpu", "cuda")),
        ("win32", "AMD64", "Windows/System32/nvcuda.dll", ("cuda", "cpu")),
        ("darwin", "arm64", None, ("macos",)),
        ("darwin", "x86_64", None, ()),
    ],
)
def test_the_best_variant_comes_first(tmp_path, system, machine, driver, expected):
    if driver:
        (tmp_path / driver).parent.mkdir(parents=True)
        (tmp_path / driver).touch()
    computer = Computer(system, machine, tmp_path, {"SystemRoot": str(tmp_path / "Windows")})
    assert tuple(variant.value for variant in variants_of(computer)) == expected


def test_of_this_computer():
    assert Variant.CPU in offered_variants()


def test_each_has_a_title():
    assert len({variant.title for variant in Variant}) == len(Variant)

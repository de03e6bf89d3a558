"""The curve over several networks: means over disasters, and files that are not replaced."""

import pytest

from benchmarks.adaptation.__main__ import Point, main
from xview2_qgis.engine.adaptation.cross_validation import Quality


def test_the_mean_of_disasters_keeps_the_worst_draw():
    points = [Point(Quality(0.5, 0.2), 0.1, 0.3, -0.05, 1.0), Point(Quality(0.7, 0.4), 0.3, 0.1, 0.02, 0.5)]
    mean = Point.mean(points)
    assert (mean.before.accuracy, mean.before.macro_f1) == pytest.approx((0.6, 0.3))
    assert (mean.accuracy, mean.macro_f1, mean.worst, mean.applied) == pytest.approx((0.2, 0.2, -0.05, 0.75))


def test_a_file_that_is_there_is_not_replaced_for_one_that_is_not(tmp_path, monkeypatch, capsys):
    there, gone = tmp_path / "there.npz", tmp_path / "gone.npz"
    there.write_bytes(b"kept")
    monkeypatch.setattr("sys.argv", ["adaptation", str(tmp_path), "--keep", str(there), str(gone)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "gone.npz" in capsys.readouterr().err
    assert there.read_bytes() == b"kept"

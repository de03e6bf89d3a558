from benchmarks.measurement import measure


def test_what_is_measured_keeps_its_compiled_modules_as_an_installed_program_does(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    measured = measure(["-c", "import sys; print(sys.dont_write_bytecode)"])
    assert measured.output.strip() == "False"
    assert measured.seconds > 0
    assert measured.peak_gb > 0

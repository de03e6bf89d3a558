"""A package index of tiny wheels on this computer, and an installation from it; also a program that is killed."""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.server
import importlib.util
import os
import resource
import signal
import sys
import threading
import zipfile
from pathlib import Path

from xview2_qgis.installation.interpreter import FoundInterpreter
from xview2_qgis.installation.network import NetworkSettings
from xview2_qgis.installation.plan import InstallationPlan
from xview2_qgis.installation.steps import environment, installation
from xview2_qgis.installation.steps.index_wheels import PinnedWheel
from xview2_qgis.installation.steps.listener import Listener
from xview2_qgis.installation.variant import Variant

#: Where Debian keeps the wheels of ``ensurepip``; elsewhere they lie in it.
WHEELS = Path("/usr/share/python-wheels")


def bundled_pip():
    """Return the wheel of pip that this Python has for new environments, None where it has none."""
    found = importlib.util.find_spec("ensurepip")
    folders = [WHEELS, *([Path(found.origin).parent / "_bundled"] if found else [])]
    return next((path for folder in folders for path in sorted(folder.glob("pip-*.whl"))), None)


def make_wheel(folder, name, files):
    """Write a wheel of pure Python, version 1; return its path."""
    path = folder / f"{name}-1-py3-none-any.whl"
    info = f"{name}-1.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{info}/RECORD,,"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f"{file},sha256={digest},{len(text.encode())}")
            archive.writestr(file, text)
        archive.writestr(f"{info}/RECORD", "\n".join(record) + "\n")
    return path


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class SmallIndex:
    """A folder as pip understands it, and a lock of what is in it."""

    def __init__(self, folder, packages):
        self.folder = folder
        self.simple = folder / "simple"
        self.locks = folder / "locks"
        self.locks.mkdir(parents=True)
        self.wheels = {}
        for name, files in packages.items():
            place = self.simple / name
            place.mkdir(parents=True)
            self.wheels[name] = make_wheel(place, name, files)
        lines = [f"{name}==1 \\\n    --hash=sha256:{sha256(path)}" for name, path in self.wheels.items()]
        absent = 'absent==1 ; sys_platform == "nowhere" --hash=sha256:' + "0" * 64
        (self.locks / "cpu.txt").write_text("# a lock\n" + "\n".join([*lines, absent]) + "\n")
        pip = bundled_pip()
        (self.simple / "pip").mkdir()
        (self.simple / "pip" / pip.name).symlink_to(pip)
        for place in self.simple.iterdir():
            links = "".join(f'<a href="{path.name}">{path.name}</a>\n' for path in place.glob("*.whl"))
            (place / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")

    def serve(self):
        """Serve the folder; return the address of the index, and what was asked with which login."""
        asked = []
        folder = str(self.folder)

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=folder)

            def do_GET(self):
                asked.append((self.path, self.headers.get("Authorization", "")))
                super().do_GET()

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server, f"http://127.0.0.1:{server.server_port}/simple", asked


def use_bundled_pip():
    """Make the pip of this Python the pinned one: there is no network in tests."""
    wheel = bundled_pip()
    pins = {"pip": PinnedWheel("pip", wheel.name.split("-")[1], sha256(wheel))}
    environment.pinned_wheels = lambda: pins


def plan_for(folder, interpreter=sys.executable):
    found = FoundInterpreter(interpreter, sys.version_info[:3], "Python", "linux-x86_64", True, False)
    return InstallationPlan(Variant.CPU, found, Path(folder), None, 0, 0, 1, "")


def installation_of(index_folder, engine, listener, network=None):
    index = Path(index_folder)
    network = network or NetworkSettings(index_url=(index / "simple").as_uri())
    return installation.Installation(plan_for(engine), network, listener, index / "locks")


def small_trial(interpreter, children):
    """Take the place of the real trial, which needs the real packages."""
    environment._check(children.run([interpreter, "-c", "import small; print('small works')"], os.environ))


def main():
    """Install, and be killed at the line that is named, or with too small a disk."""
    parser = argparse.ArgumentParser()
    parser.add_argument("index")
    parser.add_argument("engine")
    parser.add_argument("--kill-at", default="")
    parser.add_argument("--largest-file", type=int, default=0)
    options = parser.parse_args()
    use_bundled_pip()
    installation.try_engine = small_trial
    if options.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.largest_file, options.largest_file))

    def say(line):
        print(line, flush=True)
        if options.kill_at and options.kill_at in line:
            os.kill(os.getpid(), signal.SIGKILL)

    wheels = Path(options.engine + "-downloads", "wheels")
    wheels.mkdir(parents=True, exist_ok=True)
    there = wheels / bundled_pip().name
    if not there.exists():
        there.symlink_to(bundled_pip())
    listener = Listener(
        lambda title: say(f"stage {title}"), say, lambda share: say(f"share {share:.3f}"), lambda: False
    )
    try:
        installation_of(options.index, options.engine, listener).run()
    except installation.InstallationError as error:
        print(f"error: {error.message} | {error.hint}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

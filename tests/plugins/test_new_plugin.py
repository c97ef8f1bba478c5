"""`shop plugins new` writes a plugin that works at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shop.errors import Refused
from shop.scaffold import write_plugin

ROOT = Path(__file__).resolve().parents[2]


def test_a_new_plugin_passes_what_its_own_ci_runs(tmp_path: Path):
    write_plugin(tmp_path, "lending", package="lending")
    (tmp_path / "lending-0.1.dist-info").mkdir()
    (tmp_path / "lending-0.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: lending\nVersion: 0.1\n"
    )
    (tmp_path / "lending-0.1.dist-info" / "entry_points.txt").write_text(
        "[shop.plugins]\nlending = lending\n"
    )
    environ = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "PYTHON": sys.executable, "SHOP": str(ROOT)}

    done = run(tmp_path / "lending" / ".ci" / "run", environ)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "All checks passed!" in done.stdout
    assert "[100%]" in done.stdout
    assert "lending: good" in done.stdout


def test_a_plugin_that_stands_alone_is_told_to_name_a_shop(tmp_path: Path):
    write_plugin(tmp_path, "lending")

    done = run(tmp_path / "lending" / ".ci" / "run", {**os.environ, "SHOP": str(tmp_path)})

    assert (done.returncode, done.stderr) == (
        2,
        f"There is no shop at {tmp_path}: set SHOP to a checkout of it.\n",
    )


def run(script: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(script)], env=environ, capture_output=True, text=True, timeout=250)


@pytest.mark.parametrize("name", ["Lending", "my_plugin", "x", "9lives", "order"])
def test_a_name_that_no_plugin_may_have_is_refused(tmp_path: Path, name: str):
    if name == "order":
        (tmp_path / "order").mkdir()
    with pytest.raises(Refused):
        write_plugin(tmp_path, name)

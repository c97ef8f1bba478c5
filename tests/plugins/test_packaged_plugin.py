"""A stranger's package brings a sixth mode; it is built, installed, used through the web, switched off and removed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shop.scaffold import write_plugin

ROOT = Path(__file__).resolve().parents[2]
PROJECT = """
[project]
name = "tuanzi-lending"
version = "0.1"

[project.entry-points."shop.plugins"]
lending = "tuanzi_lending"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["tuanzi_lending"]
"""


def run(*words: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return done.stdout


@pytest.mark.both_engines
def test_a_sixth_mode_comes_in_a_package_and_goes_without_a_trace(database_url: str, tmp_path: Path):
    source, site = tmp_path / "source", tmp_path / "site"
    write_plugin(source, "lending", package="tuanzi_lending")
    (source / "lending").rename(source / "tuanzi_lending")
    (source / "pyproject.toml").write_text(PROJECT)
    offline = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    run("-m", "pip", "install", *offline, "--target", str(site), str(source))
    where = f"{site}{os.pathsep}{ROOT}"

    told = run("-m", "tests.plugins.rental_story", database_url, str(tmp_path), "first", PYTHONPATH=where)
    assert "THE STORY WAS PLAYED" in told

    shutil.rmtree(site)
    told = run("-m", "tests.plugins.rental_story", database_url, str(tmp_path), "last", PYTHONPATH=str(ROOT))
    assert "NOBODY NOTICED" in told

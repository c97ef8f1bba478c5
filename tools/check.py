"""Everything that must hold before a change lands, one after the other: what `make test` runs."""

import os
import subprocess
import sys
import time

PYTHON = (sys.executable, "-m")

STEPS = (
    ("style", (*PYTHON, "ruff", "check", ".")),
    ("format", (*PYTHON, "ruff", "format", "--check", ".")),
    ("types", (*PYTHON, "mypy")),
    # Two at a time; tests marked `races` stay together on one of the two.
    (
        "tests",
        (*PYTHON, "pytest", "--numprocesses=2", "--dist=loadgroup", "--quiet", *sys.argv[1:]),
    ),
)


def main() -> int:
    """Run every step, also after one failed, then say how each went; 0 if all went well."""
    results = [(name, *run(name, command)) for name, command in STEPS]
    print()
    for name, code, seconds in results:
        print(f"{'ok    ' if code == 0 else 'FAILED'}  {name:8}{seconds:6.0f} s")
    return int(any(code for _, code, _ in results))


def run(name: str, command: tuple[str, ...]) -> tuple[int, float]:
    """One step: its exit code and its seconds."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    code = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False).returncode
    return code, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())

"""`shop serve`: the web server and the worker, started together and stopped together."""

import asyncio
import ctypes
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from shop.config import load

# How long a stopped child may finish what it has in hand before it is killed.
GRACE_SECONDS = 15

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def serve(host: str, port: int, *, worker: bool = True) -> int:
    """Serve until Ctrl-C or SIGTERM (then 0), or until the web server or the worker dies (then 1)."""
    taken = _why_not(host, port)
    if taken:
        print(f"shop serve: {taken} Choose another: PORT={port + 1} make serve", file=sys.stderr)
        return 1
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    os.environ.setdefault("SHOP_BASE_URL", f"http://{here}:{port}")
    web = [
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--log-level", "warning"),
        *("--workers", str(load()["WEB_WORKERS"]), "--blocking-threads", "4"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", str(GRACE_SECONDS - 5), "--factory", "shop.app:create_app"),
    ]
    python = [sys.executable, "-m"]
    children = {"web": [*python, "shop.webserver", *web]}
    if worker:
        children["worker"] = [*python, "shop", "worker"]
    settings = load()
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        drain = Path(os.environ.setdefault("SHOP_DRAIN_FILE", f"{folder}/draining"))
        if settings["METRICS_KEY"]:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        return supervise(children, drain, settings["DRAIN_SECONDS"])


def supervise(commands: Mapping[str, Sequence[str]], drain: Path | None = None, seconds: int = 0) -> int:
    """Run the commands as children of this process until it is told to stop (0) or one of them ends (1).

    Told to stop, it first leaves the file `drain` and goes on for so many seconds: /readyz says no meanwhile.
    """
    return asyncio.run(_supervise(commands, drain, seconds))


async def _supervise(commands: Mapping[str, Sequence[str]], drain: Path | None, seconds: int) -> int:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    children = {name: await _start(command) for name, command in commands.items()}
    endings = {asyncio.create_task(child.wait()): name for name, child in children.items()}
    stop = asyncio.create_task(told.wait())

    await asyncio.wait({stop, *endings}, return_when=asyncio.FIRST_COMPLETED)

    ended = [(name, ending.result()) for ending, name in endings.items() if ending.done()]
    if not told.is_set():
        for name, code in ended:
            print(f"shop serve: the {name} ended by itself (exit code {code}); stopping.", file=sys.stderr)
    elif drain is not None and seconds:
        drain.touch()
        await asyncio.wait(endings, timeout=seconds)
    stop.cancel()
    for child in children.values():
        if child.returncode is None:
            child.terminate()
    _, late = await asyncio.wait(endings, timeout=GRACE_SECONDS)
    for ending in late:
        print(
            f"shop serve: the {endings[ending]} did not stop in {GRACE_SECONDS} s: killed.", file=sys.stderr
        )
        children[endings[ending]].kill()
        await ending
    return 0 if told.is_set() and not ended and not late else 1


def _why_not(host: str, port: int) -> str:
    """Why this place cannot be served from, in a sentence; empty when it can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as reason:
        return f"{host}:{port} cannot be served from ({reason.strerror})."
    return ""


async def _start(command: Sequence[str]) -> asyncio.subprocess.Process:
    """A child in a process group of its own: Ctrl-C in the terminal reaches only us, and we tell it once, in order."""
    return await asyncio.create_subprocess_exec(*command, process_group=0, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """On Linux: if even the supervisor is killed, nothing stays behind that would hold the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

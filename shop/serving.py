"""`shop serve`: the web server and the worker, started together and stopped together."""

import asyncio
import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from shop import children, metrics, webserver
from shop.config import load

# How long a stopped child may finish what it has in hand before it is killed.
GRACE_SECONDS = 15

Task = Callable[[], None]


def serve(host: str, port: int, *, worker: Task | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM (then 0), or until the web server or the worker dies (then 1)."""
    taken = _why_not(host, port)
    if taken:
        print(f"shop serve: {taken} Choose another: PORT={port + 1} make serve", file=sys.stderr)
        return 1
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    os.environ.setdefault("SHOP_BASE_URL", f"http://{here}:{port}")
    settings = load()
    workers, patience = settings["WEB_WORKERS"], GRACE_SECONDS - 5
    web = partial(webserver.run, host, port, workers=workers, patience=patience)
    tasks: dict[str, Task] = {"web": web} | ({"worker": worker} if worker else {})
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        drain = Path(os.environ.setdefault("SHOP_DRAIN_FILE", f"{folder}/draining"))
        if settings["METRICS_KEY"]:
            metrics.count_together(folder)
        return supervise(tasks, drain, settings["DRAIN_SECONDS"])


def supervise(tasks: Mapping[str, Task], drain: Path | None = None, seconds: int = 0) -> int:
    """Do the tasks in children of this process until it is told to stop (0) or one of them ends (1).

    Told to stop, it first leaves the file `drain` and goes on for so many seconds: /readyz says no meanwhile.
    """
    gc.collect()
    gc.freeze()  # what is here now stays one with the children's: the collector does not touch it again
    signal.pthread_sigmask(signal.SIG_BLOCK, children.STOPS)  # what comes before we hear it waits
    begun = {name: children.begin(name, task) for name, task in tasks.items()}
    return asyncio.run(_watch(begun, drain, seconds))


async def _watch(begun: Mapping[str, BaseProcess], drain: Path | None, seconds: int) -> int:
    told = asyncio.Event()
    for number in children.STOPS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, children.STOPS)
    endings = {asyncio.create_task(_end_of(child)): name for name, child in begun.items()}
    stop = asyncio.create_task(told.wait())

    await asyncio.wait({stop, *endings}, return_when=asyncio.FIRST_COMPLETED)

    ended = [name for ending, name in endings.items() if ending.done()]
    if not told.is_set():
        for name in ended:
            code = begun[name].exitcode
            print(f"shop serve: the {name} ended by itself (exit code {code}); stopping.", file=sys.stderr)
    elif drain is not None and seconds:
        drain.touch()
        await asyncio.wait(endings, timeout=seconds)
    stop.cancel()
    for child in begun.values():
        child.terminate()
    _, late = await asyncio.wait(endings, timeout=GRACE_SECONDS)
    for ending in late:
        print(
            f"shop serve: the {endings[ending]} did not stop in {GRACE_SECONDS} s: killed.", file=sys.stderr
        )
        begun[endings[ending]].kill()
        await ending
    return 0 if told.is_set() and not ended and not late else 1


async def _end_of(child: BaseProcess) -> None:
    """Wait until a child has ended."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(child.sentinel, over.set)
    await over.wait()
    loop.remove_reader(child.sentinel)
    child.join()


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

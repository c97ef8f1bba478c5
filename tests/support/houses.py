"""A whole shop in real processes: web processes on one port, workers, and a hand that kills them."""

import os
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from shop import jobs
from shop.orders import mails
from shop.payments import reconciling
from tests.support import apps, broken
from tests.support.fakes import fakepay
from tests.support.processes import context

# As many requests as one web process serves at once; `shop serve` has as many threads.
AT_ONCE = 8


@dataclass(frozen=True)
class Plan:
    """How each process makes its shop: where the books are, who the provider is, which guards are taken away."""

    database: str
    folder: str
    provider: str = ""
    without: tuple[str, ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()


def shop_of(plan: Plan) -> Flask:
    """The shop as the plan says. It notes its mails in a file and asks silent providers after a second.

    The lock is waited for as long as a slow machine may need: these runs ask who gets what, not how fast.
    """
    app = apps.make(plan.database, Path(plan.folder), **{"LOCK_SECONDS": 60} | dict(plan.settings))
    if plan.provider:
        fakepay.accept(app, plan.provider)
    reconciling.SILENCE = timedelta(seconds=1)
    mails.send = lambda to, subject, *_parts: note_mail(Path(plan.folder), f"{to}\t{subject}")
    for guard in plan.without:
        broken.GUARDS[guard](app)
    return app


def note_mail(folder: Path, line: str) -> None:
    """One line for one mail, whole even when several processes write."""
    with (folder / "mails").open("ab", buffering=0) as file:
        file.write(f"{line}\n".encode())


def mails_of(folder: Path) -> list[str]:
    """The mails that were sent, as `to` tab `subject`."""
    noted = folder / "mails"
    return noted.read_text().splitlines() if noted.exists() else []


class House:
    """The processes of one shop; what is killed is started again, as a supervisor does."""

    def __init__(self, plan: Plan, webs: int, workers: int) -> None:
        self.plan = plan
        self.kills = 0
        self._context = context()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._processes = [self._start("web") for _n in range(webs)]
        self._processes += [self._start("worker") for _n in range(workers)]

    def kill_one(self, hand: random.Random) -> None:
        """SIGKILL one of them at random; another takes its place."""
        place = hand.randrange(len(self._processes))
        role, victim = self._processes[place]
        victim.kill()
        victim.join()
        self.kills += 1
        self._processes[place] = self._start(role)

    def lose(self, role: str) -> None:
        """SIGKILL one of a role (`web` or `worker`); nobody takes its place."""
        place = next(n for n, (known, _process) in enumerate(self._processes) if known == role)
        _role, victim = self._processes.pop(place)
        victim.kill()
        victim.join()
        self.kills += 1

    def tend(self) -> None:
        """Start again who has died."""
        for place, (role, process) in enumerate(self._processes):
            if not process.is_alive():
                self.kills += 1
                self._processes[place] = self._start(role)

    def stop(self) -> None:
        for _role, process in self._processes:
            process.kill()
            process.join()
        self._socket.close()

    def _start(self, role: str) -> tuple[str, Any]:
        process = self._context.Process(
            target=_web if role == "web" else _work, args=(self.plan, self._socket), daemon=True
        )
        process.start()
        return role, process


@contextmanager
def open_house(plan: Plan, *, webs: int = 4, workers: int = 0) -> Iterator[House]:
    """The shop's processes, as long as the block."""
    house = House(plan, webs, workers)
    try:
        yield house
    finally:
        house.stop()


def _web(plan: Plan, listening: socket.socket) -> None:
    app = shop_of(plan)
    places = threading.BoundedSemaphore(AT_ONCE)

    def in_turn(environ: Any, start_response: Any) -> Any:
        with places:
            return app(environ, start_response)

    quiet = open(os.devnull, "w")  # noqa: SIM115 (open as long as the process)
    os.dup2(quiet.fileno(), 2)
    host, port = listening.getsockname()
    make_server(host, port, in_turn, threaded=True, fd=listening.fileno()).serve_forever()


def _work(plan: Plan, _listening: socket.socket) -> None:
    app = shop_of(plan)
    quiet = open(os.devnull, "w")  # noqa: SIM115
    os.dup2(quiet.fileno(), 2)
    jobs.work(app, threading.Event())

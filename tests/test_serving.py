"""`shop serve`: web and worker live and die together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shop.serving import serve
from tests.support.apps import KEY

# A task that says it is there, and puts its things away when told to stop; one that waits for its sibling and then
# dies; one that does not stop; one that tells its parent to stop at once. Their supervisor has less patience than the
# real one.
PROGRAM = """
import os, pathlib, signal, sys, time
from functools import partial
from shop import serving

def patient(note, stops=True):
    note = pathlib.Path(note)
    def stop(*_):
        note.write_text("put away")
        if stops:
            sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    note.write_text("open")
    while True:
        time.sleep(0.05)

def mortal(note):
    while not pathlib.Path(note).with_name("web").exists():
        time.sleep(0.05)
    sys.exit(3)

def hasty(note):
    os.kill(os.getppid(), signal.SIGTERM)
    patient(note)

stubborn = partial(patient, stops=False)
serving.GRACE_SECONDS = 1
folder, *said = sys.argv[1:]
tasks = {name: partial(globals()[kind], f"{folder}/{name}") for name, kind in (one.split("=") for one in said)}
sys.exit(serving.supervise(tasks))
"""


class Shop:
    """A supervisor in a process of its own, with children that leave notes in a folder."""

    def __init__(self, folder: Path, **children: str) -> None:
        self.notes = {name: folder / name for name in children}
        said = [f"{name}={kind}" for name, kind in children.items()]
        command = [sys.executable, "-c", PROGRAM, str(folder), *said]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def wait_until(self, **said: str) -> None:
        """Wait until each named child has left this note."""
        wait_until(
            lambda: all(self.notes[n].exists() and self.notes[n].read_text() == s for n, s in said.items())
        )

    def end(self) -> tuple[int, str]:
        """The exit code, and what the supervisor complained of."""
        _, complaint = self.process.communicate(timeout=30)
        return self.process.returncode, complaint


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_stops_both_when_told(tmp_path: Path, told: signal.Signals):
    shop = Shop(tmp_path, web="patient", worker="patient")
    shop.wait_until(web="open", worker="open")

    shop.process.send_signal(told)

    assert shop.end() == (0, "")
    shop.wait_until(web="put away", worker="put away")


def test_stops_both_when_told_before_both_have_begun(tmp_path: Path):
    shop = Shop(tmp_path, web="hasty", worker="patient")

    assert shop.end() == (0, "")


def test_ctrl_c_in_a_terminal_stops_both(tmp_path: Path):
    shop = Shop(tmp_path, web="patient", worker="patient")
    shop.wait_until(web="open", worker="open")

    os.killpg(shop.process.pid, signal.SIGINT)

    assert shop.end() == (0, "")
    shop.wait_until(web="put away", worker="put away")


def test_stops_the_other_when_one_dies(tmp_path: Path):
    shop = Shop(tmp_path, web="patient", worker="mortal")

    assert shop.end() == (1, "shop serve: the worker ended by itself (exit code 3); stopping.\n")
    shop.wait_until(web="put away")


def test_kills_one_that_does_not_stop_and_says_so(tmp_path: Path):
    shop = Shop(tmp_path, web="stubborn", worker="patient")
    shop.wait_until(web="open", worker="open")

    shop.process.terminate()

    assert shop.end() == (1, "shop serve: the web did not stop in 1 s: killed.\n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_leaves_nothing_behind_when_it_is_killed_itself(tmp_path: Path):
    shop = Shop(tmp_path, web="patient", worker="patient")
    shop.wait_until(web="open", worker="open")

    shop.process.kill()

    assert shop.end()[0] == -signal.SIGKILL
    shop.wait_until(web="put away", worker="put away")


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`shop serve` itself, on an empty database, once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {
        "SHOP_ENV": "test",
        "SHOP_SECRET_KEY": KEY,
        "SHOP_DATABASE_URL": database_url,
        "SHOP_INSTANCE": str(tmp_path),
        "SHOP_DEMO": "0",
        "SHOP_WEB_WORKERS": "2",
        "SHOP_METRICS_KEY": "a key for measuring",
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "shop", "serve"],
        env=os.environ | settings,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}/healthz"
    wait_until(lambda: answers(url), seconds=60)
    yield process, url
    if process.poll() is None:
        process.terminate()
        process.communicate(timeout=60)


def test_shop_gets_over_the_death_of_a_web_process_and_stops_when_told(
    served: tuple[subprocess.Popen[str], str],
):
    process, url = served
    [web] = children_of(process.pid, "shop web")
    killed = children_of(web, "shop web worker")

    for number in killed:
        os.kill(number, signal.SIGKILL)

    wait_until(lambda: not set(killed) & set(children_of(web, "shop web worker")))
    wait_until(lambda: answers(url), seconds=60)

    process.terminate()

    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "shop serve:" not in complaint
    assert not answers(url)


def test_shop_stops_when_its_worker_dies(served: tuple[subprocess.Popen[str], str]):
    process, url = served
    [worker] = children_of(process.pid, "shop worker")

    os.kill(worker, signal.SIGKILL)

    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "shop serve: the worker ended by itself (exit code -9); stopping." in complaint
    assert not answers(url)


def test_any_web_process_tells_what_all_of_them_counted(served: tuple[subprocess.Popen[str], str]):
    _process, url = served
    before = counted(url)

    for _time in range(20):
        answers(url)

    assert {counted(url) for _time in range(5)} == {before + 20}


def test_taken_port_is_told_in_a_sentence(capfd: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert serve("127.0.0.1", port) == 1

    assert capfd.readouterr().err == (
        f"shop serve: 127.0.0.1:{port} cannot be served from (Address already in use). "
        f"Choose another: PORT={port + 1} make serve\n"
    )


def answers(url: str) -> bool:
    """Whether somebody answers at this address."""
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def counted(url: str) -> float:
    """How often the shop says that it told of its health, whichever process is asked."""
    key = {"Authorization": "Bearer a key for measuring"}
    page = httpx.get(url.replace("healthz", "metrics"), headers=key).text
    families = text_string_to_metric_families(page)
    asked = {"endpoint": "health.show", "status": "200"}
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "shop_requests_total" and asked.items() <= sample.labels.items()
    )


def children_of(parent: int, name: str) -> list[int]:
    """The processes that `parent` started and that are called so."""
    return [
        child.pid
        for child in psutil.Process(parent).children()
        if child.is_running() and child.status() != psutil.STATUS_ZOMBIE and child.name() == name
    ]


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Look again and again until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)

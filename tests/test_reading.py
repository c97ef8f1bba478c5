"""The collector rests while the shop is read, and works again afterwards."""

import gc
import importlib

from shop import reading


def test_the_collector_works_again_once_the_shop_is_read(monkeypatch):
    before = gc.isenabled()
    importlib.reload(reading)  # as the first thing that a start imports
    try:
        command = importlib.import_module("shop.__main__")
        monkeypatch.setattr(command, "create_app", gc.isenabled)

        worked_while_it_was_read = command.read()

        assert (before, worked_while_it_was_read, gc.isenabled()) == (True, False, True)
    finally:
        gc.enable()

"""The collector rests while the shop is read, and works again afterwards."""

import gc

from shop import __main__ as command


def test_the_collector_works_again_once_the_shop_is_read(monkeypatch):
    monkeypatch.setattr(command, "create_app", gc.isenabled)
    gc.disable()

    worked_while_it_was_read = command.read()

    assert not worked_while_it_was_read
    assert gc.isenabled()

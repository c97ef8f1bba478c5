"""Proof 3: web and worker processes are killed at random while people check out; the provider's books decide."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from bench.faults.pressing import wait_for
from bench.faults.shops import Place, books, count, plain, settle_what_is_left, shop_at, shoppers
from shop.db import db
from shop.ledger.models import totals
from shop.orders.models import Order
from shop.payments.models import Payment
from tests.support.checkouts import fields
from tests.support.fakes.provider import provider
from tests.support.houses import House, Plan, open_house
from tests.support.sales import open_stall

# A shopper who gets no answer tries again, so long.
PATIENCE = 240


def kill_while_buying(
    url: str,
    folder: Path,
    *,
    checkouts: int = 500,
    at_once: int = 8,
    dies: int = 25,
    kills: int = 100,
    webs: int = 4,
    seed: int = 1,
    without: Sequence[str] = (),
) -> dict[str, Any]:
    """So many checkouts, each tried again by its shopper with the same key; `kills` processes are killed meanwhile.

    The kills go with the checkouts, not with the clock: a slow machine has as many. Of each `dies` charges one kills
    the process that asked for it, just after the provider has charged.
    """
    with provider(seed, dies) as bank, shop_at(url, folder, bank.url) as app:
        stall = plain(open_stall(stock=checkouts + 5, ships=False))
        plan = Plan(url, str(folder), bank.url, tuple(without))
        began = time.perf_counter()
        with open_house(plan, webs=webs, workers=webs // 2) as house:
            bank.call_back_at(house.url)
            ends: list[str] = []
            over = threading.Event()
            crowd = shoppers(house.url, checkouts, 20)  # who was killed does not answer any more
            marks = [n * checkouts // kills for n in range(kills)] if kills else []
            hand = threading.Thread(target=_kill, args=(house, random.Random(seed), marks, ends, over))
            hand.start()
            try:
                with ThreadPoolExecutor(at_once) as pool:
                    list(pool.map(lambda who: ends.append(_buy(who, stall)), crowd))
            finally:
                over.set()
                hand.join()
            house.tend()
            all_told = wait_for(bank, 3 if without else 120)
            killed = house.kills
        settle_what_is_left(app)
        told = bank.books()
        paid = set(db.session.scalars(select(Order.number).where(Order.state == "paid")))
        known = set(db.session.scalars(select(Payment.key).where(Payment.state == "captured")))
        charged = [c for c in told["charges"].values() if c["refunded"] < c["amount"]]
        return {
            "seconds": round(time.perf_counter() - began, 1),
            "kills": killed,
            "ends": count(ends),
            "charges": len(charged),
            "orphans": sum(c["order"] not in paid or c["key"] not in known for c in charged),
            "paid_without_charge": len(paid - {c["order"] for c in charged}),
            "told": len(told["told"]),
            "all_told": all_told,
            "ledger": totals(),
            **books(app),
        }


def _kill(
    house: House, hand: random.Random, marks: list[int], ends: list[str], over: threading.Event
) -> None:
    """Kill one when so many checkouts have ended, a moment later; and start again who has died."""
    while not over.wait(hand.uniform(0, 0.2)):
        house.tend()
        if marks and len(ends) >= marks[0]:
            del marks[0]
            house.kill_one(hand)


def _buy(who: httpx.Client, stall: Place) -> str:
    """One shopper: opens the checkout, orders, pays, and asks again with the same form whenever nobody answers."""
    form = _until(lambda: fields(who, stall))
    place = _until(lambda: _at(who.post(stall.checkout, data=form)))
    if place is None:
        return "refused"
    _until(lambda: _at(who.post(f"{place}/payments", data={"method": "fakepay"})))
    return "ordered"


def _at(answer: httpx.Response) -> str | None:
    """Where an answer sends the shopper; None for a no. A broken answer is asked for again."""
    if answer.status_code >= 500:
        raise httpx.RemoteProtocolError(str(answer.status_code))
    return answer.headers.get("location") if answer.status_code == 303 else None


def _until(ask: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return ask()
        except (httpx.HTTPError, AssertionError):
            time.sleep(0.1)
    raise TimeoutError("nobody answers")

"""Proofs 1 and 2: a crowd presses the button, each person several times, or all with one key."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from bench.faults.shops import books, count, plain, shop_at, shoppers, together
from tests.support.checkouts import fields
from tests.support.fakes.provider import Provider, provider
from tests.support.houses import Plan, open_house
from tests.support.sales import open_stall


def press(
    url: str,
    folder: Path,
    *,
    buyers: int = 64,
    presses: int = 3,
    units: int = 10,
    one_key: bool = False,
    webs: int = 4,
    without: Sequence[str] = (),
) -> dict[str, Any]:
    """Each buyer opens the checkout, then all press at once; who got an order pays it. Over HTTP, several processes."""
    with provider() as bank, shop_at(url, folder, bank.url) as app:
        stall = plain(open_stall(stock=units, ships=False))
        plan = Plan(url, str(folder), bank.url, tuple(without))
        with open_house(plan, webs=webs) as house:
            bank.call_back_at(house.url)
            crowd = shoppers(house.url, 1 if one_key else buyers)
            forms = [fields(shopper, stall) for shopper in crowd] * (buyers if one_key else 1)
            began = time.perf_counter()
            told = together(
                [
                    lambda who=who, form=form: who.post(stall.checkout, data=form)
                    for who, form in zip(crowd * (buyers if one_key else 1), forms, strict=True)
                    for _press in range(presses)
                ]
            )
            seconds = time.perf_counter() - began
            paid = [] if one_key else [pay(who) for who in crowd]
            wait_for(bank)
            found = books(app)
        return {
            "answers": count([answer.status_code for answer in told]),
            "places": len({answer.headers.get("location") for answer in told if answer.status_code == 303}),
            "payments": count([p for p in paid if p]),
            "charges": len(bank.books()["charges"]),
            "seconds": round(seconds, 2),
            "slowest": round(max(answer.elapsed.total_seconds() for answer in told), 2),
            **found,
        }


def pay(shopper: httpx.Client) -> int | None:
    """Pay the order that this browser remembers, if there is one."""
    orders = shopper.get("/orders").text
    numbers = {part.split('"')[0] for part in orders.split('href="/orders/')[1:]}
    status = None
    for number in numbers:
        status = shopper.post(f"/orders/{number}/payments", data={"method": "fakepay"}).status_code
    return status


def wait_for(bank: Provider, seconds: float = 120) -> bool:
    """Until the provider has told all its events; False when some are never taken."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if bank.books()["waiting"] == 0:
            time.sleep(0.2)  # the last answer is on its way
            return True
        time.sleep(0.05)
    return False

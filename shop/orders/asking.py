"""Asking the plugins before something is done to an order."""

from shop.access import current_person
from shop.errors import Refused
from shop.hooks import door
from shop.orders.models import Order


def refuse_if_spoken_against(action: str, order: Order) -> None:
    """Raise Refused with the first thing that a plugin has against it: order.cancel (by its buyer) or order.ship."""
    asked = door().asked_in(order.community_id)
    for _plugin, problems in door().ask_all(
        "action_checking", asked, action=action, subject=order, by=current_person()
    ):
        for problem in problems:
            raise Refused(problem.message)

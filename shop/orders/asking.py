"""Asking the plugins before something is done to an order."""

from shop.access import current_person
from shop.errors import Refused
from shop.hooks import door
from shop.orders.models import Order


def spoken_against(action: str, order: Order) -> str:
    """What a plugin has against it, for a page that would rather not offer it; nothing when it may be done."""
    try:
        refuse_if_spoken_against(action, order)
    except Refused as refused:
        return str(refused)
    return ""


def refuse_if_spoken_against(action: str, order: Order) -> None:
    """Raise Refused with the first thing that a plugin has against order.cancel (by the buyer), .ship or .refund.

    The owners of its lines are asked too where they were switched off meanwhile: what was used up stays used.
    """
    asked = door().asked_in(order.community_id) | {line.plugin for line in order.lines}
    for _plugin, problems in door().ask_all(
        "action_checking", asked, action=action, subject=order, by=current_person()
    ):
        for problem in problems:
            raise Refused(problem.message)

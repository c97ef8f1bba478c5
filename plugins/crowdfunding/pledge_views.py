"""Pledging on a phone: choose, see what it costs and when it is taken, pledge."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.countries import country_names
from plugins.crowdfunding.finding import LARGEST_ID, campaign_here
from plugins.crowdfunding.forms import ContactForm
from plugins.crowdfunding.panels import looks_of
from plugins.crowdfunding.pledging import MOST_ADDONS, Choice, pledge, quote_of
from plugins.crowdfunding.rewards import Reward
from shop import money, once, settings
from shop.access import me
from shop.db import db, set_writing
from shop.errors import NotValid, Refused
from shop.orders.quoting import Quote
from shop.shell import set_back

bp = Blueprint("crowdfunding_pledges", __name__)


@bp.get("/campaigns/<int:campaign_id>/pledges/new")
def new(campaign_id: int) -> ResponseReturnValue:
    """What would be pledged: `reward`, `addon-<id>`, `support` and `to`, and what it costs."""
    campaign = campaign_here(campaign_id)
    if not campaign.takes_pledges:
        raise Refused(_("This campaign takes no pledges any more."))
    return _page(campaign, ContactForm(request.args if "to" in request.args else None))


@bp.post("/campaigns/<int:campaign_id>/pledges")
def create(campaign_id: int) -> ResponseReturnValue:
    """Place the pledge as an order; or only reckon anew when something else was chosen."""
    campaign, form = campaign_here(campaign_id), ContactForm()
    key = request.form.get("once", "")
    number = once.answer("order.place", key) if key else None
    if number is not None:
        return redirect(url_for("orders.show", number=number), 303)
    if request.form.get("act") == "recalculate":
        return _page(campaign, form)
    if not form.validate():
        return _page(campaign, form), 422
    try:
        choice = choice_of(campaign)
        quote = quote_of(campaign, choice, me())
        contact = {"name": (form.name.data or "").strip(), "email": me().email}
        order = pledge(quote, choice, contact, key=key, seen=request.form.get("seen", ""))
    except Refused as refusal:
        db.session.rollback()
        set_writing(False)
        return _page(campaign_here(campaign_id), form, str(refusal)), refusal.status
    db.session.commit()
    return redirect(url_for("orders.show", number=order.number), 303)


def choice_of(campaign: Campaign) -> Choice:
    """What the form or address says was chosen."""
    mine = {reward.id: reward for reward in Reward.of(campaign)}
    asked = request.values.get("reward", "")
    reward = mine.get(int(asked)) if _is_number(asked) else None
    if _is_number(asked) and int(asked) and reward is None:
        raise Refused(_("This reward is not offered any more."))
    addons = {}
    for addon in mine.values():
        many = request.values.get(f"addon-{addon.id}", "0") or "0"
        if addon.is_addon and many != "0":
            if not _is_number(many) or int(many) > MOST_ADDONS:
                raise NotValid(_("At most %(most)s of each add-on.", most=MOST_ADDONS))
            addons[addon.id] = int(many)
    text = request.values.get("support", "").strip()
    support = money.parse(text, campaign.currency) if text else 0
    to = "abroad" if request.values.get("to") == "abroad" else "home"
    return Choice(reward if reward and not reward.is_addon else None, addons, support, to)


def _page(campaign: Campaign, form: ContactForm, refusal: str = "") -> str:
    set_back(url_for("crowdfunding_campaigns.show", campaign_id=campaign.id))
    rewards = Reward.of(campaign)
    home = country_names().get(campaign.country, campaign.country)
    form.to.choices = [
        SelectChoice("home", home),
        SelectChoice("abroad", _("Another country")),
    ]
    form.to.data = form.to.data or "home"
    form.name.data = form.name.data or me().name
    choice, quote, trouble = Choice(), None, refusal
    try:
        choice = choice_of(campaign)
        quote = _quote(campaign, choice)
    except Refused as said:
        trouble = trouble or str(said)
    return render_template(
        "crowdfunding/pledge.html",
        campaign=campaign,
        look=looks_of([campaign])[campaign.id],
        rewards=[reward for reward in rewards if not reward.is_addon],
        addons=[reward for reward in rewards if reward.is_addon and reward.can_be_had],
        form=form,
        choice=choice,
        quote=quote,
        trouble=trouble,
        most=MOST_ADDONS,
        reserves=campaign.reserves(settings.site("crowdfunding").reserve_days),
        is_sent=any(reward.needs_shipping for reward in rewards),
    )


def _quote(campaign: Campaign, choice: Choice) -> Quote | None:
    """The quote, or none while nothing is chosen."""
    if choice.reward is None and not choice.addons and not choice.support:
        return None
    return quote_of(campaign, choice, me())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < LARGEST_ID

"""A backer's survey: options and address, after success and until it was sent."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.crowdfunding.finding import own_pledge
from plugins.crowdfunding.forms import AddressForm
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.surveying import answer, answers_of, may_answer, questions_for
from shop.access import runs_off
from shop.db import db, set_writing
from shop.errors import Refused
from shop.shell import set_back

bp = Blueprint("crowdfunding_surveys", __name__)


@bp.get("/pledges/<number>/survey")
@runs_off
def edit(number: str) -> str:
    """The questions with what was answered so far."""
    pledge = own_pledge(number)
    known = pledge.order.delivery.get("address") or {
        "name": pledge.order.contact.get("name", ""),
        "country": pledge.campaign.country if pledge.is_home else "",
    }
    return _page(pledge, AddressForm(formdata=None, data=known), answers_of(pledge))


@bp.post("/pledges/<number>/survey")
@runs_off
def update(number: str) -> ResponseReturnValue:
    pledge, form = own_pledge(number), AddressForm()
    told = {q.id: request.form.get(f"q{q.id}", "") for q in questions_for(pledge)}
    if pledge.needs_address and not form.validate():
        return _page(pledge, form, told), 422
    try:
        answer(pledge, told, form.data if pledge.needs_address else None)
    except Refused as refusal:
        db.session.rollback()
        set_writing(False)
        return _page(own_pledge(number), form, told, str(refusal)), refusal.status
    db.session.commit()
    flash(_("Thank you. The seller has your answers; you may change them until it is sent."), "good")
    return redirect(url_for("orders.show", number=number), 303)


def _page(pledge: Pledge, form: AddressForm, answers: dict[int, str], refusal: str = "") -> str:
    set_back(url_for("orders.show", number=pledge.order.number))
    return render_template(
        "crowdfunding/survey.html",
        pledge=pledge,
        form=form,
        answers=answers,
        questions=questions_for(pledge),
        may_answer=may_answer(pledge),
        refusal=refusal,
    )

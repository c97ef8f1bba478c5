"""Programmes: a merchant's on its desk, the operator's in the admin's room; the same pages for both."""

from collections.abc import Callable
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.affiliate import counting, exporting
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import FLAGS, STATES, Conversion
from plugins.affiliate.crediting import reject, release
from plugins.affiliate.finding import LARGEST_ID
from plugins.affiliate.forms import ProgrammeForm, RateForm, ReportForm
from plugins.affiliate.programmes import Programme, Rate
from plugins.affiliate.reports import OUTCOMES, Report
from plugins.affiliate.signing import HEADER
from shop.access import me
from shop.communities.models import Community
from shop.db import db
from shop.errors import NotValid, Refused
from shop.hooks import door
from shop.money import plain
from shop.paging import page_of
from shop.people.models import Person
from shop.shell import set_back

merchants = Blueprint("affiliate_programmes", __name__)
operators = Blueprint("affiliate_admin", __name__)
PAGE = 20
V = TypeVar("V", bound=Callable[..., Any])


def both(method: str, rule: str) -> Callable[[V], V]:
    """A page of both desks."""

    def mark(view: V) -> V:
        for blueprint in (merchants, operators):
            getattr(blueprint, method)(f"/programmes{rule}")(view)
        return view

    return mark


@both("get", "")
def index() -> str:
    wanted = select(Programme).where(_mine())
    return render_template(
        "affiliate/programmes.html", page=page_of(wanted, [Programme.id], size=PAGE, descending=True)
    )


@both("get", "/new")
def new() -> str:
    return _form_page(ProgrammeForm(_currency()), None)


@both("post", "")
def create() -> ResponseReturnValue:
    form = ProgrammeForm(_currency())
    if not form.validate():
        return _form_page(form, None), 422
    merchant = g.get("merchant")
    programme = Programme(merchant_id=merchant.id if merchant else None, currency=form.money_of, rates=[])
    _take(form, programme)
    db.session.add(programme)
    db.session.commit()
    flash(_("“%(name)s” is open. Authors can put it into their cards.", name=programme.name), "good")
    return redirect(url_for(".show", programme_id=programme.id), 303)


@both("get", "/<int:programme_id>")
def show(programme_id: int) -> str:
    """Rates, caps, how the partner tells us, charts, and every sale."""
    programme = _find(programme_id)
    return _show(programme, RateForm(programme.currency, formdata=None))


@both("get", "/<int:programme_id>/edit")
def edit(programme_id: int) -> str:
    programme = _find(programme_id)
    return _form_page(ProgrammeForm(programme.currency, data=_typed(programme)), programme)


@both("post", "/<int:programme_id>")
def update(programme_id: int) -> ResponseReturnValue:
    """Other terms, for sales that are told from now on."""
    programme = _find(programme_id)
    form = ProgrammeForm(programme.currency)
    if not form.validate():
        return _form_page(form, programme), 422
    _take(form, programme)
    db.session.commit()
    flash(_("Saved. It counts for sales from now on."), "good")
    return redirect(url_for(".show", programme_id=programme.id), 303)


@both("post", "/<int:programme_id>/end")
def destroy(programme_id: int) -> ResponseReturnValue:
    """No click counts any more; sales of clicks that were made still do."""
    programme = _find(programme_id)
    programme.end()
    db.session.commit()
    flash(_("“%(name)s” has ended.", name=programme.name), "good")
    return redirect(url_for(".index"), 303)


@both("post", "/<int:programme_id>/rates")
def create_rate(programme_id: int) -> ResponseReturnValue:
    programme = _find(programme_id)
    form = RateForm(programme.currency)
    if not form.validate():
        return _show(programme, form), 422
    rate = Rate(product=form.product.data or "", points=form.points.points, fixed=form.fixed.minor or 0)
    rate.priority = form.priority.data or 0
    if form.community.data:
        rate.community = db.session.scalars(
            select(Community).where(Community.slug == form.community.data)
        ).first()
        if rate.community is None:
            raise NotValid(_("No community has this address."))
    if form.person.data:
        rate.person = db.session.scalars(
            select(Person).where(Person.email == form.person.data.lower())
        ).first()
        if rate.person is None:
            raise NotValid(_("Nobody here has this e-mail address."))
    programme.rates.append(rate)
    db.session.commit()
    flash(_("The rate counts from now on."), "good")
    return redirect(url_for(".show", programme_id=programme.id, _anchor="rates"), 303)


@both("post", "/<int:programme_id>/rates/<int:rate_id>/removal")
def destroy_rate(programme_id: int, rate_id: int) -> ResponseReturnValue:
    programme = _find(programme_id)
    rate = next((rate for rate in programme.rates if rate.id == rate_id), None) or abort(404)
    programme.rates.remove(rate)
    db.session.commit()
    flash(_("The rate is gone. What was sold by it keeps it."), "good")
    return redirect(url_for(".show", programme_id=programme.id, _anchor="rates"), 303)


@both("post", "/<int:programme_id>/conversions/<int:conversion_id>")
def update_conversion(programme_id: int, conversion_id: int) -> ResponseReturnValue:
    """A human looked: it is payable now, or rejected with a reason that the promoter reads."""
    programme = _find(programme_id)
    conversion = db.session.get(Conversion, conversion_id) if conversion_id < LARGEST_ID else None
    if conversion is None or conversion.programme_id != programme.id or conversion.via == "sale":
        abort(404)
    words = request.form.get("words", "").strip()[:400]
    if request.form.get("decision") == "release":
        done = release(conversion, me())
    elif not words:
        raise NotValid(_("Say why: the promoter reads it."))
    else:
        done = reject(conversion, words, me())
    if not done:
        raise Refused(_("This sale has moved on; please look at it again."))
    db.session.commit()
    flash(_("Done."), "good")
    return redirect(url_for(".show", programme_id=programme.id, _anchor="sales"), 303)


@both("post", "/<int:programme_id>/reports")
def create_report(programme_id: int) -> ResponseReturnValue:
    """Read a partner's report; what it would do is shown first."""
    programme = _find(programme_id)
    form = ReportForm()
    if not form.validate() or not form.file.data:
        raise NotValid(_("Choose a file first."))
    report = Report.read(programme, form.file.data.filename or "", form.file.data.stream.read(), me().id)
    db.session.commit()
    return redirect(url_for(".show_report", programme_id=programme.id, report_id=report.id), 303)


@both("get", "/<int:programme_id>/reports/<int:report_id>")
def show_report(programme_id: int, report_id: int) -> str:
    """The dry run: each line, and what it would do now."""
    report = _report(programme_id, report_id)
    set_back(url_for(".show", programme_id=programme_id))
    tried = [] if report.applied_at else report.try_out()
    counts = {word: sum(outcome == word for _l, outcome, _w in tried) for word in OUTCOMES}
    return render_template(
        "affiliate/report.html", report=report, tried=tried, counts=counts, outcomes=OUTCOMES
    )


@both("post", "/<int:programme_id>/reports/<int:report_id>/application")
def create_application(programme_id: int, report_id: int) -> ResponseReturnValue:
    """Do what the report says, once."""
    counts = _report(programme_id, report_id).apply()
    db.session.commit()
    done = {"new": counts["new"], "refused": counts["refused"], "change": counts["change"]}
    flash(_("%(new)s new sales, %(refused)s earn nothing, %(change)s changed.", **done), "good")
    return redirect(url_for(".show", programme_id=programme_id, _anchor="sales"), 303)


@both("get", "/<int:programme_id>/sales.csv")
def export(programme_id: int) -> Response:
    """Every sale as a file for a spreadsheet."""
    return exporting.sales(_find(programme_id))


def _show(programme: Programme, rate_form: RateForm) -> str:
    set_back(url_for(".index"))
    sold, clicked = Conversion.programme_id == programme.id, Click.programme_id == programme.id
    wanted = (
        select(Conversion)
        .where(sold, Conversion.state != "unpaid")
        .options(
            joinedload(Conversion.promoter), joinedload(Conversion.community), joinedload(Conversion.article)
        )
    )
    return render_template(
        "affiliate/programme.html",
        programme=programme,
        page=page_of(wanted, [Conversion.id], size=PAGE, descending=True),
        total=counting.total(clicks=clicked, sales=sold),
        days=counting.by_day(ZoneInfo("UTC"), clicked),
        uncounted=counting.uncounted(clicked),
        states=counting.by_state(sold),
        words=STATES,
        flags=FLAGS,
        rate_form=rate_form,
        report_form=ReportForm(formdata=None),
        header=HEADER,
        too_much=_too_much_for(programme),
        address=url_for("affiliate_postbacks.create", code=programme.code, _external=True),
    )


def _too_much_for(programme: Programme) -> list[tuple[Any, int]]:
    """Ways to pay that send others less of an order by themselves than this programme gives away: title, per cent."""
    points = (programme.points, *(rate.points for rate in programme.rates))
    given = max(points) + programme.community_points + programme.second_points
    limits = [(m.title, m.most_shared) for m in door().methods.values() if m.most_shared is not None]
    return [(title, most) for title, most in limits if programme.kind == "sales" and given > most * 100]


def _mine() -> Any:
    merchant = g.get("merchant")
    return Programme.merchant_id.is_(None) if merchant is None else Programme.merchant_id == merchant.id


def _find(programme_id: int) -> Programme:
    if programme_id >= LARGEST_ID:
        abort(404)
    wanted = select(Programme).where(Programme.id == programme_id, _mine())
    return db.session.scalars(wanted.options(joinedload(Programme.merchant))).first() or abort(404)


def _report(programme_id: int, report_id: int) -> Report:
    programme = _find(programme_id)
    report = db.session.get(Report, report_id) if report_id < LARGEST_ID else None
    return report if report is not None and report.programme_id == programme.id else abort(404)


def _currency() -> str:
    """The merchant's; the operator, whose partners pay in many, chooses one for each programme."""
    merchant = g.get("merchant")
    return str(merchant.currency) if merchant is not None else ""


def _take(form: ProgrammeForm, programme: Programme) -> None:
    programme.kind, programme.name = form.kind.data, form.name.data or ""
    programme.hosts, programme.param = form.read_hosts, form.param.data or "click"
    programme.points, programme.fixed = form.points.points, form.fixed.minor or 0
    programme.community_points = form.community_points.points
    programme.second_points = form.second_points.points if programme.kind == "sales" else 0
    programme.window_hours, programme.touch = form.hours, form.touch.data
    programme.hold_days = form.hold_days.data or 0
    if programme.points + programme.community_points + programme.second_points > 9000:
        raise NotValid(_("All rates together are at most %(most)s %%.", most=90))
    if programme.kind == "partner":
        programme.set_caps(form.budget.minor, form.person_cap.minor)


def _typed(programme: Programme) -> dict[str, Any]:
    """The programme as its owner would type it."""

    def amount(minor: int | None) -> str:
        return "" if minor is None else plain(minor, programme.currency)

    def percent(points: int) -> str:
        return f"{points / 100:g}"

    same = ("kind", "name", "param", "touch", "hold_days")
    in_days = programme.window_hours % 24 == 0
    return {name: getattr(programme, name) for name in same} | {
        "window": programme.window_hours // 24 if in_days else programme.window_hours,
        "window_in": "days" if in_days else "hours",
        "hosts": "\n".join(programme.hosts),
        "points": percent(programme.points),
        "community_points": percent(programme.community_points),
        "second_points": percent(programme.second_points),
        "fixed": amount(programme.fixed) if programme.fixed else "",
        "budget": amount(programme.budget.size if programme.budget else None),
        "person_cap": amount(programme.person_cap),
    }


def _form_page(form: ProgrammeForm, programme: Programme | None) -> str:
    set_back(url_for(".show", programme_id=programme.id) if programme else url_for(".index"))
    currency = programme.currency if programme else _currency()
    return render_template("affiliate/programme_form.html", form=form, programme=programme, currency=currency)

"""What merchants, managers and shoppers send about coupons."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DecimalField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from plugins.coupons.campaigns import LARGEST, MOST_DAYS, CouponCampaign
from plugins.coupons.stores import Store
from shop.catalog.models import Product
from shop.db import db
from shop.errors import NotValid
from shop.fields import InstantField, PriceField
from shop.listings.models import Listing
from shop.merchants.models import Merchant

KINDS = (
    ("amount", _l("An amount off")),
    ("percent", _l("Per cent off")),
    ("gift", _l("A gift")),
    ("twofor", _l("Two for one")),
    ("voucher", _l("A paid voucher")),
)


@dataclass(frozen=True)
class Here:
    """What a community's managers say about coupons."""

    asks_first: bool = field(
        default=False,
        metadata={
            "label": _l("A manager is asked first"),
            "help": _l("A campaign runs here only after a manager has let it."),
        },
    )
    most_open: int = field(
        default=0,
        metadata={
            "label": _l("Coupon campaigns at once"),
            "help": _l("0: as many as there are."),
            "most": 1000,
        },
    )


class VoucherSettings(Form):
    """An offer to buy a voucher: which one, and a word beside the button."""

    campaign = SelectField(
        _l("Voucher"), coerce=int, description=_l("Make it under Coupons first, and open it.")
    )
    note = StringField(_l("A word beside the button"), [Length(max=160)])

    def for_listing(self, listing: Listing) -> None:
        """Offer the vouchers of the listing's merchant."""
        mine = (
            select(CouponCampaign.id, CouponCampaign.title)
            .where(
                CouponCampaign.merchant_id == listing.product.merchant_id,
                CouponCampaign.kind == "voucher",
                CouponCampaign.opened_at.is_not(None),
                CouponCampaign.ended_at.is_(None),
            )
            .order_by(CouponCampaign.id.desc())
            .limit(100)
        )
        self.campaign.choices = [SelectChoice(number, title) for number, title in db.session.execute(mine)]


class CampaignForm(FlaskForm):
    """A campaign, as a merchant writes it; times are those of `zone`."""

    title = StringField(_l("Title"), [InputRequired(_l("Please give it a name.")), Length(max=80)])
    kind = RadioField(_l("What it gives"), choices=[SelectChoice(*kind) for kind in KINDS], default="amount")
    worth = PriceField(_l("Worth"))
    percent = IntegerField(_l("Per cent"), [Optional(), NumberRange(1, 100)])
    most_off = PriceField(_l("At most off"))
    gift = StringField(_l("The gift"), [Length(max=120)])
    price = PriceField(_l("Price of the voucher"))
    least = PriceField(_l("From a bill of"))
    products = SelectMultipleField(
        _l("Only for these products"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    stores = SelectMultipleField(
        _l("Only in these stores"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    terms = TextAreaField(_l("Small print"), [Length(max=1000)])
    at_counter = BooleanField(_l("At the counter"), default=True)
    online = BooleanField(_l("In the checkout"))
    size = IntegerField(_l("How many in all"), [InputRequired(), NumberRange(1, LARGEST)], default=100)
    per_person = IntegerField(
        _l("How many for one person"), [InputRequired(), NumberRange(1, 100)], default=1
    )
    claim_from = InstantField(_l("Claimed from"), description=_l("Empty: at once."))
    claim_until = InstantField(_l("Claimed until"), description=_l("Empty: while there are any."))
    valid_days = IntegerField(
        _l("Good for so many days after claiming"),
        [Optional(), NumberRange(1, MOST_DAYS)],
        description=_l("Or give fixed days below."),
    )
    valid_from = InstantField(_l("Good from"))
    valid_until = InstantField(_l("Good until"))
    remind_days = IntegerField(
        _l("Remind so many days before it ends"), [InputRequired(), NumberRange(0, 30)], default=3
    )
    for_members = BooleanField(_l("For members of the community"))
    for_followers = BooleanField(_l("For those who follow us"))
    staff_only = BooleanField(_l("For our own staff"))
    community_fee = PriceField(
        _l("The community earns with each use"), description=_l("You pay it; it is booked with each use.")
    )
    partner = StringField(
        _l("Shared with a partner"),
        [Length(max=64)],
        description=_l("The last part of the partner's desk address. The coupon is good at both."),
    )
    partner_share = DecimalField(
        _l("The partner bears, %"),
        [Optional(), NumberRange(0, 100)],
        default=Decimal(50),
        description=_l("Of what each use takes off, wherever it is used."),
    )

    def __init__(self, *, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(**options)
        for name in ("claim_from", "claim_until", "valid_from", "valid_until"):
            self[name].zone = zone
        mine = select(Product.id, Product.name).where(
            Product.merchant_id == g.merchant.id, Product.state != "archived"
        )
        rows = db.session.execute(mine.order_by(Product.id.desc()).limit(200))
        self.products.choices = [SelectChoice(number, name) for number, name in rows]
        # The closed ones too: a campaign that names one goes on naming it.
        every = select(Store).where(Store.merchant_id == g.merchant.id).order_by(Store.id)
        stores = db.session.scalars(every).all()
        self.open_stores = {store.id for store in stores if not store.is_closed}
        self.stores.choices = [
            SelectChoice(s.id, _("%(store)s (closed)", store=s.name) if s.is_closed else s.name)
            for s in stores
        ]

    @property
    def asks_for_stores(self) -> bool:
        """A merchant of one store is not asked."""
        return len(self.stores.choices or ()) > 1

    @classmethod
    def typed(cls, campaign: CouponCampaign) -> dict[str, Any]:
        """The campaign as the merchant would type it."""
        names = (
            "title", "kind", "worth", "percent", "most_off", "gift", "price", "least", "terms", "at_counter", "online",
            "per_person", "claim_from", "claim_until", "valid_days", "valid_from", "valid_until", "remind_days",
            "for_members", "for_followers", "staff_only", "community_fee",
        )  # fmt: skip
        more = {
            "products": campaign.product_ids,
            "stores": campaign.store_ids,
            "size": campaign.total.size,
            "partner": campaign.partner.slug if campaign.partner else "",
            "partner_share": Decimal(campaign.partner_share) / 100,
        }
        empty = {"worth", "percent", "price", "least", "community_fee"}
        typed = {name: getattr(campaign, name) for name in names}
        return {n: None if n in empty and not v else v for n, v in typed.items()} | more

    def values(self) -> dict[str, Any]:
        """What is kept of it; what its kind does not ask for is left out."""
        kind = self.kind.data
        numbers = {
            "worth": self.worth.data if kind in ("amount", "voucher", "gift") else 0,
            "percent": self.percent.data if kind == "percent" else 0,
            "most_off": self.most_off.data if kind == "percent" else None,
            "price": self.price.data if kind == "voucher" else 0,
            "least": self.least.data if kind in ("amount", "percent") else 0,
            "community_fee": self.community_fee.data,
        }
        days = self.valid_days.data
        return {
            "title": (self.title.data or "").strip(),
            "terms": (self.terms.data or "").strip(),
            "kind": kind,
            "gift": (self.gift.data or "").strip() if kind == "gift" else "",
            **{name: number if name == "most_off" else number or 0 for name, number in numbers.items()},
            "product_ids": list(self.products.data or []),
            "store_ids": sorted(self.stores.data or []),
            "at_counter": bool(self.at_counter.data),
            "online": bool(self.online.data),
            "per_person": self.per_person.data,
            "claim_from": self.claim_from.data,
            "claim_until": self.claim_until.data,
            "valid_days": days,
            "valid_from": None if days else self.valid_from.data,
            "valid_until": None if days else self.valid_until.data,
            "remind_days": self.remind_days.data,
            "for_members": bool(self.for_members.data),
            "for_followers": bool(self.for_followers.data),
            "staff_only": bool(self.staff_only.data),
            "partner_id": self.partner_found.id if self.partner_found else None,
            "partner_share": int((self.partner_share.data or 0) * 100) if self.partner_found else 0,
        }

    partner_found: Merchant | None = None

    def validate_partner(self, field: Any) -> None:
        text = (field.data or "").strip().rstrip("/").rpartition("/")[2].lower()
        if not text:
            return
        self.partner_found = db.session.scalars(select(Merchant).where(Merchant.slug == text)).first()
        if self.partner_found is None:
            raise ValidationError(_("No merchant has this address."))
        if self.partner_found.currency != g.merchant.currency:
            raise ValidationError(_("A partner sells in the same currency."))

    def validate_stores(self, field: Any) -> None:
        if field.data and not self.open_stores & set(field.data):
            raise ValidationError(_("At least one of them must be open."))

    def validate_partner_share(self, field: Any) -> None:
        if field.data is None:
            field.data = Decimal(0)
        if not field.data.is_finite() or field.data * 100 % 1:
            raise ValidationError(_("At most two decimals."))

    def tell(self, refusal: NotValid) -> bool:
        """Put a refusal beside the field that it names; False when there is none."""
        if not refusal.field or refusal.field not in self:
            return False
        self[refusal.field].errors = [*self[refusal.field].errors, str(refusal)]
        return True


class CommunitiesForm(FlaskForm):
    """To which communities a campaign is offered, and how many at most there."""

    communities = SelectMultipleField(
        _l("Communities"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    most = IntegerField(
        _l("At most in each"), [Optional(), NumberRange(1, LARGEST)], description=_l("Empty: all of them.")
    )


class CapForm(FlaskForm):
    """How many may be claimed in a community at most."""

    most = IntegerField(
        _l("At most here"), [Optional(), NumberRange(1, LARGEST)], description=_l("Empty: no limit.")
    )


class StoreForm(FlaskForm):
    """One of a merchant's stores."""

    name = StringField(_l("Name of the store"), [InputRequired(_l("Please give it a name.")), Length(max=80)])
    address = StringField(_l("Address"), [InputRequired(_l("Please say where it is.")), Length(max=200)])
    hours = StringField(
        _l("Opening hours"), [Length(max=120)], description=_l("In your own words: 9–17, closed on Mondays.")
    )

    def values(self) -> dict[str, str]:
        return {name: (self[name].data or "").strip() for name in ("name", "address", "hours")}


class ReasonForm(FlaskForm):
    """Why, in words that others read."""

    reason = StringField(_l("Why"), [InputRequired(_l("Please give a reason.")), Length(max=400)])


class BillForm(FlaskForm):
    """What the counter says about a use."""

    code = StringField(_l("Coupon code"), [InputRequired(), Length(max=120)])
    bill = PriceField(_l("Bill"))


class QuantityForm(FlaskForm):
    """How many vouchers."""

    quantity = IntegerField(_l("Quantity"), [InputRequired(), NumberRange(1, 20)], default=1)

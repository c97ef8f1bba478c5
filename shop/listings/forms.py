"""What a merchant sends about a listing: where it is proposed, who gets what, when an offer is open."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, Form, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from shop.fields import InstantField
from shop.limits import LARGEST_TAKE
from shop.listings.models import MOST_SHARED


class SharesForm(FlaskForm):
    """The shares of each sale, in per cent with at most two decimals."""

    community_share = DecimalField(
        _l("The community gets, %"),
        [InputRequired(), NumberRange(min=0, max=90, message=_l("From 0 to 90."))],
        default=Decimal(5),
    )
    sharer_share = DecimalField(
        _l("Whoever shared the link gets, %"),
        [InputRequired(), NumberRange(min=0, max=90, message=_l("From 0 to 90."))],
        default=Decimal(0),
    )

    @property
    def points(self) -> tuple[int, int]:
        """Both shares in basis points, 0 where nothing that makes sense was written."""
        return _points(self.community_share.data), _points(self.sharer_share.data)

    def validate_community_share(self, field: Any) -> None:
        _two_decimals(field)
        if sum(self.points) > MOST_SHARED:
            raise ValidationError(_("Community and sharer together get at most 90 %%."))

    def validate_sharer_share(self, field: Any) -> None:
        _two_decimals(field)


class ProposalForm(SharesForm):
    """Which communities a product is proposed to."""

    communities = SelectMultipleField(
        _l("Your communities"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    address = StringField(
        _l("Another community, by its address"),
        [Length(max=300)],
        description=_l("The link of its page, or the last part of it."),
    )

    @property
    def slug(self) -> str:
        """The community that the address names, whether a whole link or its last part was written."""
        text = (self.address.data or "").strip()
        _before, found, after = text.partition("/c/")
        return (after if found else text).split("/")[0].split("?")[0].lower()


class WindowForm(Form):
    """When an offer is open, in the community's time zone, and how often it can be taken."""

    opens_at = InstantField(_l("Opens"), description=_l("Empty: at once."))
    closes_at = InstantField(_l("Closes"), description=_l("Empty: never."))
    limit = IntegerField(
        _l("How many at most"),
        [Optional(), NumberRange(min=1, max=LARGEST_TAKE, message=_l("A whole number from 1."))],
        description=_l("Empty: as many as there are."),
    )

    def __init__(self, *arguments: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.opens_at.zone = self.closes_at.zone = zone

    def validate_closes_at(self, field: Any) -> None:
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("An offer must end after it begins."))


def percent(points: int) -> Decimal:
    """Basis points as per cent: 1250 is 12.5."""
    return (Decimal(points) / 100).normalize() + 0


def _points(data: Decimal | None) -> int:
    return int(data * 100) if data is not None and data.is_finite() and 0 <= data <= 100 else 0


def _two_decimals(field: Any) -> None:
    if field.data is not None and (not field.data.is_finite() or field.data * 100 % 1):
        raise ValidationError(_("At most two decimals."))

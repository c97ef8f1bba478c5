"""How a merchant is paid outside the shop."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Numbered


class Instructions(Numbered, Base):
    """A merchant's words on how to pay by cash or transfer, and whether it is offered."""

    __tablename__ = "offlinepay_instructions"

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(String(1000), default="")
    is_on: Mapped[bool] = mapped_column(default=False)

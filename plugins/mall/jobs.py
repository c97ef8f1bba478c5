"""What the mall does behind the pages."""

from datetime import timedelta

from sqlalchemy import delete

from plugins.mall.carts import Cart
from shop.clock import now
from shop.db import db

# A guest's cookie lives for a month; a cart that nobody can open any more is only a burden.
OLD = timedelta(days=60)


def forget_old_carts() -> int:
    """Forget the carts of guests who did not come back; returns how many."""
    old = delete(Cart).where(Cart.guest_key.is_not(None), Cart.changed_at < now() - OLD).returning(Cart.id)
    return len(db.session.scalars(old).all())

"""Sum: how many reviews of a product have one star, two and so on, kept exact in the transaction of each review."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import CheckConstraint, ForeignKey, String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, db

STARS = (1, 2, 3, 4, 5)


class StarSum(Base):
    """The stars of a product in a community, by where they come from: purchases or trials."""

    __tablename__ = "reviews_sum"
    __table_args__ = (
        CheckConstraint("n1 >= 0 AND n2 >= 0 AND n3 >= 0 AND n4 >= 0 AND n5 >= 0", name="not_negative"),
    )

    community_id: Mapped[int] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    origin: Mapped[str] = mapped_column(String(8), primary_key=True)
    n1: Mapped[int] = mapped_column(default=0)
    n2: Mapped[int] = mapped_column(default=0)
    n3: Mapped[int] = mapped_column(default=0)
    n4: Mapped[int] = mapped_column(default=0)
    n5: Mapped[int] = mapped_column(default=0)

    @classmethod
    def add(cls, community_id: int, product_id: int, origin: str, stars: int) -> None:
        """One more review with so many stars."""
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        first = {f"n{n}": int(n == stars) for n in STARS}
        where = {"community_id": community_id, "product_id": product_id, "origin": origin}
        column = getattr(cls, f"n{stars}")
        db.session.execute(
            insert(cls)
            .values(where | first)
            .on_conflict_do_update(index_elements=list(where), set_={column.key: column + 1})
        )

    @classmethod
    def move(cls, community_id: int, product_id: int, origin: str, was: int, stars: int) -> None:
        """A review has other stars than before."""
        mine = (cls.community_id == community_id, cls.product_id == product_id, cls.origin == origin)
        less, more = getattr(cls, f"n{was}"), getattr(cls, f"n{stars}")
        db.session.execute(update(cls).where(*mine).values({less: less - 1, more: more + 1}))


@dataclass(frozen=True, slots=True)
class Rating:
    """What one kind of people gave: `counts` from one star to five."""

    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def many(self) -> int:
        return sum(self.counts)

    @property
    def tenths(self) -> int:
        """The mean in tenths of a star, rounded half up; nothing without a review."""
        total = sum(n * stars for n, stars in zip(self.counts, STARS, strict=True))
        return (20 * total + self.many) // (2 * self.many) if self.many else 0

    @property
    def mean(self) -> float:
        return self.tenths / 10

    @property
    def words(self) -> str:
        return _tenths(self.tenths)


@dataclass(frozen=True, slots=True)
class Ratings:
    """A product's ratings, apart: by those who paid for it, and by those who got it free to try."""

    purchase: Rating = field(default_factory=Rating)
    trial: Rating = field(default_factory=Rating)

    @property
    def many(self) -> int:
        return self.purchase.many + self.trial.many

    @property
    def gap(self) -> int | None:
        """How many tenths higher the trials rate it than the buyers; None when one of them has not spoken."""
        if not self.purchase.many or not self.trial.many:
            return None
        return self.trial.tenths - self.purchase.tenths

    @property
    def gap_words(self) -> str:
        return _tenths(abs(self.gap or 0))


def ratings_of(community_id: int, product_ids: Iterable[int]) -> dict[int, Ratings]:
    """The ratings of some products in a community, in one statement."""
    wanted = select(StarSum).where(
        StarSum.community_id == community_id, StarSum.product_id.in_(list(product_ids))
    )
    found: dict[int, dict[str, Rating]] = {}
    for row in db.session.scalars(wanted):
        found.setdefault(row.product_id, {})[row.origin] = Rating((row.n1, row.n2, row.n3, row.n4, row.n5))
    return {product_id: Ratings(**told) for product_id, told in found.items()}


def _tenths(n: int) -> str:
    return f"{n // 10}.{n % 10}"

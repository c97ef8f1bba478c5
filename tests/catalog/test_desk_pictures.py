"""Pictures on the merchant's desk: taken or refused whole, ordered, named and removed."""

import io

import pytest
from flask.testing import FlaskClient

from shop.catalog.models import Picture, Product
from shop.db import db as the_db
from shop.pictures import StoredPicture
from tests.support import goods
from tests.support.products import drawn, only_product

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(("size", "status"), [((8000, 5000), 413), (None, 422)])
def test_picture_that_cannot_be_taken_leaves_nothing(client: FlaskClient, shop, size, status):
    picture = drawn(size) if size else io.BytesIO(b"GIF89a but not really")

    answer = client.post(
        "/desk/old-hill/products", data={"name": "Tea", "price": "12", "picture": (picture, "tea.png")}
    )

    assert answer.status_code == status
    assert 'id="picture-error"' in answer.text
    assert the_db.session.query(Product).count() == 0


def test_forty_megapixels_on_a_product_are_refused(client: FlaskClient, shop):
    made = goods.product(shop)

    answer = client.post(
        f"/desk/old-hill/products/{made.id}/pictures", data={"pictures": [(drawn((8000, 5000)), "large.png")]}
    )

    assert answer.status_code == 413
    assert "40 megapixels" in answer.text
    assert the_db.session.query(Picture).count() == 0


def test_pictures_are_ordered_named_and_removed(client: FlaskClient, shop):
    made = goods.product(shop)
    place = f"/desk/old-hill/products/{made.id}/pictures"

    client.post(place, data={"pictures": [(drawn((300, 300)), "a.png"), (drawn((400, 300)), "b.png")]})
    first, second = only_product().pictures
    client.post(f"{place}/{second.id}", data={"alt": "A cup", "position": "1"})
    moved = [(p["width"], p["alt"]) for p in only_product().gallery]
    client.post(f"{place}/{first.id}/removal")

    assert moved == [(400, "A cup"), (300, "")]
    assert [p["width"] for p in only_product().gallery] == [400]
    assert client.post(f"{place}/{second.id}", data={"position": "zero"}).status_code == 422
    assert client.post(place, data={}).status_code == 422


def test_more_pictures_than_one_swipes_are_refused(client: FlaskClient, shop):
    made = goods.product(shop)
    for i in range(20):
        made.add_picture(StoredPicture(f"pictures/ab/{i:040x}", 300, 300, "#ffffff"))

    answer = client.post(f"/desk/old-hill/products/{made.id}/pictures", data={"pictures": (drawn(), "a.png")})

    assert answer.status_code == 409

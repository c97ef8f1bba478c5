"""A picture's files go with the last who showed it, and not before."""

import io

import pytest
from PIL import Image
from sqlalchemy import text

from shop import leftovers, pictures
from shop.catalog.models import Product
from shop.db import db as shop_db
from shop.files import files
from shop.hooks import door
from shop.jobs import run_until_idle
from shop.pictures import StoredPicture
from tests.plugins.reviews.conftest import lay_table

pytestmark = pytest.mark.both_engines


def stored(colour: str = "teal") -> StoredPicture:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(drawn, "PNG")
    return pictures.accept(io.BytesIO(drawn.getvalue()))


def is_there(picture: StoredPicture) -> bool:
    return files.exists(f"{picture.key}-{picture.width}.webp")


def test_the_same_picture_of_two_people_stays_until_both_are_forgotten(app, db):
    table = lay_table(app)
    people = [table.ana, table.buyer("Eve")]
    picture = stored()
    for person in people:
        table.write(person).show_pictures([stored()])
    shop_db.session.commit()
    told = []

    for person in people:
        door().ask_owner("reviews", "person_data", person=person, act="erase")
        told.append(is_there(picture))  # whatever may still fail, the files are there until the commit
        shop_db.session.commit()
        run_until_idle(app)
        told.append(is_there(picture))

    assert told == [True, True, True, False]


def test_what_a_story_a_product_or_a_sleeping_plugin_shows_is_kept(app, db):
    table = lay_table(app)
    pink, blue, grey = stored("pink"), stored("blue"), stored("grey")
    product = shop_db.session.query(Product).one()
    product.story = f"![Tin](/files/{pink.key}-40.webp)"
    product.add_picture(blue, "Tin")
    shop_db.session.execute(text("CREATE TABLE asleep_thing (picture VARCHAR(128))"))
    shop_db.session.execute(text("INSERT INTO asleep_thing VALUES (:key)"), {"key": grey.key})
    review = table.write(table.ana)
    review.show_pictures([pink, blue, grey])
    shop_db.session.commit()

    review.show_pictures([], without=[each.id for each in review.pictures])
    shop_db.session.commit()
    run_until_idle(app)

    assert [is_there(each) for each in (pink, blue, grey)] == [True, True, True]
    shop_db.session.execute(text("DROP TABLE asleep_thing"))
    shop_db.session.commit()
    assert [leftovers.is_named(each.key) for each in (pink, blue, grey)] == [True, True, False]

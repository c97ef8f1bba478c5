"""What a merchant makes on the desk: a picture to send, and the one product there is."""

import io

from PIL import Image

from shop.catalog.models import Product
from shop.db import db


def drawn(size: tuple[int, int] = (600, 400)) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", size, "#d9542b").save(stream, "PNG")
    stream.seek(0)
    return stream


def only_product() -> Product:
    db.session.expire_all()
    return db.session.query(Product).one()

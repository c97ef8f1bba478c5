"""Posters: drawn when first asked for, kept by what is on them."""

import hashlib
from dataclasses import astuple
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeSerializer

from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.files import files
from shop.listings.targets import listing_of
from shop.money import show
from shop.pictures import widths_of
from shop.poster import Poster, draw_poster

# Twice the width at which a poster shows its picture is enough.
PICTURE_WIDTH = 960


def short_url(link: GroupLink) -> str:
    """The address that is handed on."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + url_for("group_links.follow", token=link.token)


def poster_of(link: GroupLink) -> tuple[bytes, str]:
    """The poster's bytes, and the name of its content."""
    return _kept(*_words(link))


def sign_page(path: str, title: str, picture: dict[str, Any] | None = None, price: str = "") -> str:
    """What a page of a community puts on its poster, signed: nobody can have one drawn with words of their own."""
    return _signer().dumps([path, title[:120], price[:40], _file_of(picture)])


def poster_of_page(community: Community, signed: str) -> tuple[bytes, str]:
    """The poster of a page; BadSignature for what no page of this community has signed."""
    path, title, price, picture = _signer().loads(signed)
    if not path.startswith(f"/c/{community.slug}/"):
        raise BadSignature("a page of another community")
    address = str(current_app.config["BASE_URL"]).rstrip("/") + path
    words = Poster(title, price, community.name, "", address, promise=community.promise)
    return _kept(words, picture)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="poster of a page")


def _kept(words: Poster, picture_key: str | None) -> tuple[bytes, str]:
    name = hashlib.sha256(repr((astuple(words), picture_key)).encode()).hexdigest()[:40]
    kept = f"posters/{name[:2]}/{name}.png"
    if not files.exists(kept):
        picture = files.get(picture_key) if picture_key and files.exists(picture_key) else None
        files.put(draw_poster(words, picture), folder="posters", ending="png", name=name)
    return files.get(kept), name


def _words(link: GroupLink) -> tuple[Poster, str | None]:
    community = link.community
    listing, _anchor = listing_of(link)
    if listing is None:
        members = ngettext("%(num)s member", "%(num)s members", community.member_count)
        poster = Poster(community.promise, members, community.name, link.sharer.name, short_url(link))
        return poster, _file_of(community.picture)
    product = listing.product
    price = show(product.price_from, product.currency)
    poster = Poster(
        product.name,
        price if product.price_from == product.price_to else _("from %(price)s", price=price),
        community.name,
        link.sharer.name,
        short_url(link),
        before=show(product.compare_at, product.currency) if product.compare_at else "",
        promise=community.promise,
    )
    return poster, _file_of(product.cover)


def _file_of(cover: dict[str, Any] | None) -> str | None:
    """The kept file of a picture that fills a poster."""
    if not cover or not cover.get("key"):
        return None
    widths = widths_of(cover["width"])
    width = next((w for w in widths if w >= PICTURE_WIDTH), widths[-1])
    return f"{cover['key']}-{width}.webp"

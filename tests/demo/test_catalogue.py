"""The demo's catalogue hangs together: everybody and everything that it names is there."""

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from shop.demo.art import COVERS, MOTIFS, SCENES, VIEWS
from shop.demo.art.brush import COLOURS
from shop.demo.catalogue import (
    COMMUNITIES,
    CURRENCY,
    MERCHANTS,
    PEOPLE,
    PRODUCTS,
    DemoCommunity,
    DemoMerchant,
    DemoProduct,
)
from shop.text import markdown, plain

KEYS = {person.key for person in PEOPLE}


def product_id(product: DemoProduct) -> str:
    return product.handle


def test_there_is_enough_to_show() -> None:
    assert len(COMMUNITIES) == 3
    assert len(MERCHANTS) == 5
    assert len(PEOPLE) >= 22
    assert 40 <= len(PRODUCTS) <= 50
    assert {community.entry for community in COMMUNITIES} == {"open", "approval", "invitation"}
    assert min(Counter(slug for product in PRODUCTS for slug in product.communities).values()) >= 13


def test_names_are_used_once() -> None:
    for names in (
        [person.key for person in PEOPLE],
        [community.slug for community in COMMUNITIES],
        [merchant.slug for merchant in MERCHANTS],
        [product.handle for product in PRODUCTS],
        [product.name for product in PRODUCTS],
        [variant.sku for product in PRODUCTS for variant in product.variants],
    ):
        assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize("community", COMMUNITIES, ids=lambda community: community.slug)
def test_community_knows_its_people_and_its_place(community: DemoCommunity) -> None:
    everybody = (community.owner, *community.managers, *community.members)

    assert set(everybody) <= KEYS
    assert len(set(everybody)) == len(everybody) <= community.size
    assert community.cover in COVERS
    assert ZoneInfo(community.time_zone)
    assert len(community.name) <= 80
    assert len(community.promise) <= 160
    assert community.kind in ("product", "interest", "knowledge", "resource", "project", "mixed")
    assert "<li>" in markdown(community.rules)


@pytest.mark.parametrize("merchant", MERCHANTS, ids=lambda merchant: merchant.slug)
def test_merchant_has_an_owner_and_something_to_sell(merchant: DemoMerchant) -> None:
    assert set(merchant.staff) <= KEYS
    assert list(merchant.staff.values()).count("owner") == 1
    assert set(merchant.staff.values()) <= {"owner", "manager", "counter", "analyst"}
    assert merchant.seal[1] in COLOURS
    assert 0 < merchant.postage < merchant.free_over
    assert [product for product in PRODUCTS if product.merchant == merchant.slug]


@pytest.mark.parametrize("product", PRODUCTS, ids=product_id)
def test_product_can_be_sold(product: DemoProduct) -> None:
    assert product.merchant in {merchant.slug for merchant in MERCHANTS}
    assert set(product.communities) <= {community.slug for community in COMMUNITIES}
    assert {merchant.currency for merchant in MERCHANTS} == {CURRENCY}
    assert len(product.options) <= 3
    assert len({variant.values for variant in product.variants}) == len(product.variants) >= 1
    for variant in product.variants:
        assert len(variant.values) == len(product.options)
        assert variant.price >= 0
        assert variant.stock is None or variant.stock >= 0
        assert variant.compare_at is None or variant.compare_at > variant.price
        assert (variant.grams > 0) == product.needs_shipping


@pytest.mark.parametrize("product", PRODUCTS, ids=product_id)
def test_product_has_a_story_and_pictures(product: DemoProduct) -> None:
    assert 40 <= len(plain(product.story, 2000)) <= 900
    assert "&lt;" not in markdown(product.story)
    assert product.tags
    assert product.pictures[0].view == "still"
    for picture in product.pictures:
        assert picture.motif in MOTIFS
        assert {picture.main, picture.second, picture.ground} <= set(COLOURS)
        assert picture.place in SCENES
        assert picture.view in VIEWS
        assert picture.alt
    assert len(set(product.pictures)) == len(product.pictures)


def test_some_things_run_low_and_some_have_run_out() -> None:
    stocks = [variant.stock for product in PRODUCTS for variant in product.variants]

    assert len([stock for stock in stocks if stock == 0]) >= 8
    assert len([stock for stock in stocks if stock and stock <= 3]) >= 8


def test_no_two_products_show_the_same_picture() -> None:
    covers = [product.pictures[0] for product in PRODUCTS]

    assert len({cover.motif for cover in covers}) == len(covers)

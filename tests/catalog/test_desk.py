"""Products on the merchant's desk: made with three fields, refined, shown and archived."""

import html
import re

import pytest
from flask.testing import FlaskClient

from shop.catalog.models import Product, Variant
from shop.db import db as the_db
from shop.limits import Limit
from tests.support import goods
from tests.support.products import drawn, only_product

pytestmark = pytest.mark.usefixtures("db")


def sent_for(product: Product, **changes: object) -> dict[str, object]:
    """What the browser sends when nothing was touched, and some changes."""
    sent: dict[str, object] = {"name": product.name, "story": product.story, "tags": ", ".join(product.tags)}
    sent |= {f"option_{i}": name for i, name in enumerate(product.options, 1)}
    for i, variant in enumerate(product.variants):
        left = "" if variant.left is None else variant.left
        row = {
            "id": variant.id,
            "stock": left,
            "stock_was": left,
            "price": variant.price / 100,
            "sku": variant.sku,
        }
        row |= {f"value_{n}": value for n, value in enumerate(variant.values, 1)}
        sent |= {f"variants-{i}-{key}": value for key, value in row.items()}
    return sent | changes


@pytest.mark.both_engines
def test_product_is_made_with_three_fields(client: FlaskClient, shop):
    answer = client.post(
        "/desk/old-hill/products",
        data={"name": "岩茶 Oolong", "price": "1,299.00", "picture": (drawn(), "tea.png")},
    )

    made = only_product()
    assert (answer.status_code, answer.location) == (303, f"/desk/old-hill/products/{made.id}")
    assert (made.name, made.handle, made.price_from, made.currency) == (
        "岩茶 Oolong",
        "yan-cha-oolong",
        129900,
        "CNY",
    )
    assert (made.cover["width"], made.cover["height"]) == (600, 400)
    assert client.get(f"/files/{made.cover['key']}-600.webp").status_code == 200
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("currency", "typed", "amount"), [("JPY", "1200", 1200), ("KWD", "1.250", 1250), ("USD", "12.5", 1250)]
)
def test_price_is_read_in_the_merchants_currency(client: FlaskClient, lin, currency, typed, amount):
    goods.merchant(lin, "Abroad", currency)

    client.post("/desk/abroad/products", data={"name": "Tea", "price": typed})

    assert only_product().price_from == amount


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.234", "NaN", "1e30", "1" * 400])
def test_wrong_price_is_told_beside_the_field(client: FlaskClient, shop, typed):
    answer = client.post("/desk/old-hill/products", data={"name": "Tea", "price": typed})

    assert answer.status_code == 422
    assert 'id="price-error"' in answer.text
    assert the_db.session.query(Product).count() == 0


def test_yen_has_no_decimals(client: FlaskClient, lin):
    goods.merchant(lin, "Abroad", "JPY")

    answer = client.post("/desk/abroad/products", data={"name": "Tea", "price": "12.5"})

    assert answer.status_code == 422
    assert "more decimals than JPY knows" in answer.text


@pytest.mark.both_engines
def test_everything_about_a_product_is_saved(client: FlaskClient, shop, lin):
    made = goods.product(shop, stock=3)
    where = goods.community(lin)
    goods.listing(made, where, lin)
    version = where.version

    answer = client.post(
        f"/desk/old-hill/products/{made.id}",
        data=sent_for(made)
        | {
            "name": "Rock oolong",
            "story": "By **hand**.",
            "vendor": "Old Hill",
            "tags": "tea，oolong, tea",
            "option_1": "Weight",
            "variants-0-value_1": "50 g",
            "variants-0-compare_at": "158",
            "variants-1-value_1": "100 g",
            "variants-1-price": "240",
            "variants-1-stock": "7",
            "variants-1-grams": "110",
        },
    )

    assert answer.status_code == 303
    product = only_product()
    assert (product.name, product.tags, product.options) == ("Rock oolong", ["tea", "oolong"], ["Weight"])
    assert [(v.title, v.price, v.compare_at, v.left, v.grams) for v in product.variants] == [
        ("50 g", 12800, 15800, 3, 0),
        ("100 g", 24000, None, 7, 110),
    ]
    assert (product.price_from, product.price_to) == (12800, 24000)
    the_db.session.refresh(where)
    assert where.version > version


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Please give it a name."),
        ({"variants-0-price": ""}, "Please write a price."),
        ({"variants-0-price": "x"}, "is not an amount of money"),
        ({"variants-0-stock": "-1"}, "A whole number from 0."),
        ({"variants-0-stock": "many"}, "Not a valid integer value"),
        ({"variants-1-price": "9"}, "Name an option to tell variants apart."),
        ({"option_1": "Weight"}, "Please fill in each option."),
        ({"variants-0-value_1": "50 g"}, "Please name the option above first."),
        (
            {"option_1": "W", "variants-0-value_1": "a", "variants-1-value_1": "a", "variants-1-price": "9"},
            "Another row says the same.",
        ),
        ({"variants-0-is_archived": "y"}, "at least one variant"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_done(client: FlaskClient, shop, changes, told):
    made = goods.product(shop, stock=3)

    answer = client.post(
        f"/desk/old-hill/products/{made.id}", data=sent_for(made) | {"story": "New"} | changes
    )

    assert answer.status_code in (409, 422)
    assert told in answer.text
    assert (only_product().story, only_product().variants[0].left) == ("", 3)


def test_what_is_wrong_in_a_row_is_told_above_the_form_with_a_way_there(client: FlaskClient, shop):
    made = goods.product(shop, stock=3)

    page = client.post(
        f"/desk/old-hill/products/{made.id}", data=sent_for(made) | {"variants-0-price": "x"}
    ).text

    summary = page.partition('role="alert"')[2].partition("</ul>")[0]
    assert '<a href="#variants-0-price">Variant 1 · Price</a>' in summary
    assert 'id="variants-0-price"' in page


def test_page_of_old_does_not_give_sold_goods_back(client: FlaskClient, shop):
    made = goods.product(shop, stock=5)
    as_seen = sent_for(made)
    made.variants[0].stock.take(2)

    untouched = client.post(f"/desk/old-hill/products/{made.id}", data=as_seen | {"name": "Other"})
    counted = client.post(f"/desk/old-hill/products/{made.id}", data=as_seen | {"variants-0-stock": "9"})

    assert (untouched.status_code, counted.status_code) == (303, 422)
    assert "Meanwhile 3 are left" in counted.text
    assert (only_product().name, only_product().variants[0].left) == ("Other", 3)


def as_typed(page: str) -> dict[str, str]:
    """What a browser would send of the product's form when nobody touches it."""
    form = page[page.index('id="product"') : page.index("</form>", page.index('id="product"'))]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kept = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in kept and (kept.get("type") != "checkbox" or " checked" in tag):
            sent[kept["name"]] = html.unescape(kept.get("value", ""))
    sent["story"] = html.unescape(re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", form, re.DOTALL)[1])
    return sent


@pytest.mark.both_engines
def test_page_that_nobody_touched_changes_nothing(client: FlaskClient, shop):
    made = goods.product(shop, "Tea & “more”", stock=3)
    made.story, made.tags, made.vendor = "By **hand** & <b>heart</b>.", ["tea", "oolong"], "Old Hill"
    made.set_options(["Weight", "Tin"])
    made.variants[0].values = ["50 g", "red"]
    made.add_variant(Variant.make(24000, values=["100 g", "red"], compare_at=30000, sku="'00123", grams=110))
    made.add_variant(Variant.make(1, values=["1 g", "blue"], stock=0))
    made.variants[2].is_archived = True
    made.settle()
    place = f"/desk/old-hill/products/{made.id}"

    def told() -> list[object]:
        product = only_product()
        kept = [product.name, product.story, product.tags, product.vendor, product.options, product.price_to]
        rows = [
            (v.values, v.price, v.compare_at, v.left, v.sku, v.grams, v.is_archived) for v in product.variants
        ]
        return [*kept, *rows]

    before = told()
    the_db.session.commit()
    answer = client.post(place, data=as_typed(client.get(place).text))

    assert answer.status_code == 303
    assert told() == before


def test_stock_is_counted_anew_and_made_endless(client: FlaskClient, shop):
    made = goods.product(shop, stock=5)

    client.post(f"/desk/old-hill/products/{made.id}", data=sent_for(made) | {"variants-0-stock": "9"})
    counted = only_product().variants[0].left
    client.post(
        f"/desk/old-hill/products/{made.id}", data=sent_for(only_product()) | {"variants-0-stock": ""}
    )

    assert (counted, only_product().variants[0].left) == (9, None)


def test_variant_of_another_product_is_not_found(client: FlaskClient, shop):
    made, other = goods.product(shop), goods.product(shop, "Other")

    answer = client.post(
        f"/desk/old-hill/products/{made.id}", data=sent_for(made) | {"variants-0-id": other.variants[0].id}
    )

    assert answer.status_code == 404


def test_foreign_merchants_product_is_not_found(client: FlaskClient, shop):
    theirs = goods.product(goods.merchant(goods.person("Ana"), "Other"))
    place = f"/desk/old-hill/products/{theirs.id}"

    assert client.get(place).status_code == 404
    for path in ("", "/state/draft", "/pictures", "/pictures/1", "/pictures/1/removal"):
        assert client.post(place + path, data={"name": "Mine"}).status_code == 404
    assert client.get(f"/desk/other/products/{theirs.id}").status_code == 404


@pytest.mark.parametrize(
    ("role", "looks", "edits"), [("manager", 200, 303), ("analyst", 200, 403), ("counter", 200, 403)]
)
def test_roles_on_products(client: FlaskClient, lin, role, looks, edits):
    shop = goods.merchant(goods.person("Ana"))
    made = goods.product(shop)
    goods.signed_in(client, goods.staff(shop, lin, role))

    assert client.get(f"/desk/old-hill/products/{made.id}").status_code == looks
    assert client.get("/desk/old-hill/products").status_code == looks
    assert client.post(f"/desk/old-hill/products/{made.id}/state/draft").status_code == edits


@pytest.mark.both_engines
def test_archiving_can_be_undone(client: FlaskClient, shop):
    made = goods.product(shop)
    place = f"/desk/old-hill/products/{made.id}"

    client.post(f"{place}/state/archived")
    was = only_product().state
    undo = re.search(r'action="([^"]+)">(?:<input[^>]*>)?\s*<button class="undo"', client.get(place).text)
    client.post(undo[1])

    assert (was, only_product().state) == ("archived", "live")
    assert client.post(f"{place}/state/strange").status_code == 404


@pytest.mark.parametrize("n", [0, 1, 3, 31])
def test_list_shows_products_newest_first_and_goes_on(client: FlaskClient, shop, n):
    for i in range(n):
        goods.product(shop, f"Tea {i:02d}", stock=i)

    page = client.get("/desk/old-hill/products").text
    names = re.findall(r"Tea \d\d", page)
    following = re.search(r'rel="next" href="([^"]+)"', page)
    if following:
        names += re.findall(r"Tea \d\d", client.get(following[1].replace("&amp;", "&")).text)

    assert names == [f"Tea {i:02d}" for i in reversed(range(n))]
    assert bool(following) == (n > 30)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Draft tea", "Gone tea", "Live tea"]),
        ("state=live", ["Gone tea", "Live tea"]),
        ("state=gone", ["Gone tea"]),
        ("state=archived", ["Old tea"]),
        ("q=LIVE", ["Live tea"]),
        ("state=nonsense", ["Draft tea", "Gone tea", "Live tea"]),
    ],
)
def test_list_is_filtered(client: FlaskClient, shop, asked, found):
    for name, state, stock in [
        ("Live", "live", None),
        ("Gone", "live", 0),
        ("Draft", "draft", 1),
        ("Old", "archived", 1),
    ]:
        goods.product(shop, f"{name} tea", stock=stock).state = state

    page = client.get(f"/desk/old-hill/products?{asked}").text

    assert re.findall(r'grow">(\w+ tea)<', page) == found


def test_story_is_previewed_and_nothing_in_it_acts(client: FlaskClient, shop):
    answer = client.post("/desk/old-hill/preview", data={"story": "**Bold** <script>alert(1)</script>"})

    assert "<strong>Bold</strong>" in answer.text
    assert "<script>" not in answer.text


def test_phone_shows_what_is_typed_with_the_pieces_of_the_shelf_and_nothing_is_saved(
    client: FlaskClient, shop
):
    made = goods.product(shop, price=100)
    the_db.session.commit()
    empty = client.get("/desk/old-hill/products/new").text
    said = {"name": "New <b>", "variants-0-price": "1234.5", "variants-0-compare_at": "1500"}

    new = client.post("/desk/old-hill/preview", data={"name": "Wu Yi", "price": "¥88"}).text
    bad = client.post("/desk/old-hill/preview", data={"name": "Wu Yi", "price": "eight"}).text
    changed = client.post(f"/desk/old-hill/preview?product={made.id}", data=sent_for(made) | said).text
    gone = client.post(
        f"/desk/old-hill/preview?product={made.id}", data=sent_for(made) | {"variants-0-stock": "0"}
    ).text

    assert "Please give it a name." not in empty
    assert (
        '<h2 class="name"><a href="#phone" data-prefetch>Wu Yi</a></h2><div><span class="price"><b>¥88.00</b>'
        in new
    )
    assert ("¥0.00" in bad, "New &lt;b&gt;" in changed) == (True, True)
    assert '<b>¥1,234.50</b> <s><span class="sr">before: </span>¥1,500.00</s>' in changed
    assert ("Sold out" in changed, "Sold out" in gone) == (False, True)
    assert client.post("/desk/old-hill/preview?product=99999", data={}).status_code == 404
    the_db.session.expire_all()
    assert (made.name, made.price_from, the_db.session.query(Product).count()) == ("Oolong", 100, 1)


def test_removed_stock_keeps_its_count_for_open_orders(client: FlaskClient, shop):
    made = goods.product(shop, stock=5)
    limit = made.variants[0].stock_id

    client.post(f"/desk/old-hill/products/{made.id}", data=sent_for(made) | {"variants-0-stock": ""})

    assert the_db.session.get(Limit, limit) is not None
    assert the_db.session.query(Variant).one().stock is None


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/desk/old-hill/products?q=%00", 404),
        ("GET", "/c/%00", 404),
        ("GET", "/desk/%00", 404),
        ("POST", "/desk/old-hill/products", 422),
    ],
)
def test_nul_is_not_a_letter(client: FlaskClient, shop, method, path, status):
    answer = client.open(
        path, method=method, data={"name": "Tea\x00", "price": "1"} if method == "POST" else None
    )

    assert answer.status_code == status

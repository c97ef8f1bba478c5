"""What the shop tells a phone that keeps its pages: whose they are, which ones, and what it is when installed."""

from shop.keeper import keeper_of
from tests.support import goods
from tests.support.people import sign_in, sign_out
from tests.support.sales import open_stall


def test_every_page_says_whose_it_is_and_tells_nothing_more(db, client):
    stall, ana, ben = open_stall(), goods.person("Ana"), goods.person("Ben")
    db.session.commit()
    shelf, told = f"/c/{stall.community.slug}", []

    for person in (None, ana, ben, None):
        sign_in(client, person) if person else sign_out(client)
        told.append(client.get(shelf).headers["X-Keeper"])

    assert told[0] == told[3] == "visitor"
    assert len(set(told)) == 3
    assert ana.get_id() not in told[1]


def test_a_page_kept_for_visitors_is_given_to_a_guest_as_the_guests_own(db, client):
    stall = open_stall()
    db.session.commit()
    shelf = f"/c/{stall.community.slug}"
    for _time in range(2):
        client.get(shelf)
    with client.session_transaction() as session:
        session["orders"] = ["new", "first"]

    told = client.get(shelf).headers["X-Keeper"]

    assert told == keeper_of({"orders": ["newest", "new", "first"]}) != "visitor"


def test_opened_pages_are_kept_and_desks_and_forms_of_secrets_never(db, client):
    stall = open_stall()
    db.session.commit()
    sign_in(client, stall.owner)
    slug = stall.community.slug
    pages = [
        f"/c/{slug}",
        "/orders",
        "/me",
        f"/c/{slug}/manage/insight",
        "/desk",
        "/me/password",
    ]

    answers = [client.get(page) for page in pages]

    assert [(a.status_code, a.headers.get("X-Keep")) for a in answers] == [
        *[(200, "yes")] * 3,
        *[(200, None)] * 3,
    ]


def test_the_shop_can_be_installed(client):
    manifest = client.get("/manifest.webmanifest", headers={"Accept-Language": "zh-CN"})

    assert manifest.mimetype == "application/manifest+json"
    assert (manifest.json["display"], manifest.json["lang"]) == ("standalone", "zh-Hans-CN")
    assert [icon.get("purpose", "any") for icon in manifest.json["icons"]] == [
        "any",
        "any",
        "maskable",
        "any",
    ]
    assert {client.get(icon["src"]).status_code for icon in manifest.json["icons"]} == {200}
    assert 'rel="manifest"' in client.get("/sign-in").text

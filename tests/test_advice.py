"""What is read as forbidden by WeChat's rules in English and Chinese, and what is not."""

import pytest

from shop.advice import advice
from tests.support import goods
from tests.support.people import sign_in


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Share this page to unlock the price.", ["forced"]),
        ("分享到群后才能查看价格", ["forced"]),
        ("Share it with three friends and get a free coupon!", ["rewarded"]),
        ("Forward to a friend and get a red packet", ["rewarded"]),
        ("转发有奖，集满30个赞即可领取", ["rewarded"]),
        ("来帮我砍一刀", ["rewarded"]),
        ("You must forward this.", ["pressed"]),
        ("三级分销，发展下线，月入过万", ["levels"]),
        ("Commission on three levels, and a team bonus.", ["levels"]),
        ("Lucky draw for everybody!", ["lottery"]),
        ("下单抽奖", ["lottery"]),
        ("Lucky draw: 3 winners of one pot each, until 2026-12-01, drawn at random by a public hash.", []),
        ("抽奖：12月1日截止，3名各得一壶茶，按公开随机数抽取。", []),
        ("Buy it with my code TEA10.", ["undisclosed"]),
        ("https://shop.example/?ref=lin is where I got it.", ["undisclosed"]),
        ("走我的链接更便宜", ["undisclosed"]),
        ("Use my link; I earn a commission when you buy.", []),
        ("用我的优惠码下单，我会有佣金。", []),
        ("Rock oolong from Wuyi. Share a pot with friends; free shipping from 99.", []),
        ("与朋友分享一壶好茶。分享链接带来的订单，分享者得 5 %。", []),
        ("A raised bed in three levels for herbs.", []),
    ],
)
def test_words_are_read_for_what_they_promise(text, codes):
    assert [each.rule.code for each in advice(text)] == codes


def test_a_merchant_is_told_which_rule_before_the_product_goes_live_and_is_not_stopped(db, client):
    mei = goods.person("Mei")
    merchant = goods.merchant(mei)
    product = goods.product(merchant, "Oolong")
    product.story = "Share this page to unlock the price."
    db.session.commit()
    sign_in(client, mei)

    page = client.get(f"/desk/{merchant.slug}/products/{product.id}").text
    live = client.post(f"/desk/{merchant.slug}/products/{product.id}/state/live")

    assert "Sharing is asked before something is shown or given" in page
    assert "external links" in page
    assert live.status_code == 303

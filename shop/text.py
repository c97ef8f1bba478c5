"""What people wrote, made safe to show: Markdown and imported HTML in, `Markup` of a few known tags out."""

import re
from functools import lru_cache
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

# Longer texts are cut: Markdown of nothing but brackets takes the square of its length, 3 s for 100,000 of them.
LONGEST_STORY = 40_000
LONGEST_BODY = 400_000

# Our own pictures live under this address; all others need a name in `pictures_from`.
OWN_PICTURES = "/files/"

# fmt: off
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup",
    "small", "mark", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre", "code", "kbd", "a", "img",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption",
}
# What stands between these is not text for people, so it goes together with its tag.
SILENT = {
    "script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math", "textarea", "select",
    "noembed", "xmp",
}
INLINE = {"a", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "code", "kbd"}
# fmt: on
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
ADDRESSES = ("http://", "https://", "mailto:", "tel:", "/", "#")


@lru_cache(maxsize=512)
def markdown(source: str, pictures_from: tuple[str, ...] = ()) -> Markup:
    """A story written in Markdown as safe HTML; raw HTML in it is shown as the letters it is made of."""
    return _clean(_markdown.render(source[:LONGEST_STORY]), pictures_from)


@lru_cache(maxsize=512)
def imported(source: str, pictures_from: tuple[str, ...] = ()) -> Markup:
    """HTML that came out of another shop, reduced to the tags a story needs; h1 becomes h2."""
    return _clean(_h1.sub(r"<\1h2", source[:LONGEST_BODY]), pictures_from)


def plain(source: str, n: int = 160) -> str:
    """The beginning of a Markdown story as plain words, at most `n` characters; not yet escaped for HTML."""
    return shortened(words_of(markdown(source)), n)


def words_of(cleaned: str) -> str:
    """The words between the tags of cleaned HTML, on one line."""
    reader = _Words()
    reader.feed(cleaned)
    reader.close()
    return " ".join("".join(reader.words).split())


def shortened(words: str, n: int) -> str:
    """At most `n` characters of a text, cut between words where it has any, with an ellipsis."""
    if len(words) <= n:
        return words
    cut = words[: n - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > n * 2 // 3 else cut).rstrip(" ,.;:，。；：、") + "…"


class _Words(HTMLParser):
    """Collects text; the end of a block is a space."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.words.append(" ")


_h1 = re.compile(r"<(/?)h1(?=[\s>/])", re.IGNORECASE)


def _clean(markup: str, pictures_from: tuple[str, ...]) -> Markup:
    # Markup is right here and only here: nh3 has parsed it as a browser does and kept the allow-list.
    return Markup(_cleaner(pictures_from).clean(markup))  # noqa: S704


@lru_cache(maxsize=32)
def _cleaner(pictures_from: tuple[str, ...]) -> nh3.Cleaner:
    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return value if _may_show(value, pictures_from) else None
        if attribute == "href":
            return value if value.strip().lower().startswith(ADDRESSES) else None
        if attribute in ("width", "height", "colspan", "rowspan", "start"):
            return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
        return value

    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=SILENT,
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        link_rel="nofollow ugc noopener",
        url_schemes=SCHEMES,
    )


def _may_show(address: str, pictures_from: tuple[str, ...]) -> bool:
    if address.startswith(OWN_PICTURES):
        return ".." not in address and "\\" not in address
    return any(address.startswith(f"https://{host}/") for host in pictures_from)


def _order_headings(state: StateCore) -> None:
    """A page has one h1, its name: headings in a story begin at h2 and leave no step out, wherever the author began."""
    above: list[str] = []
    for token in state.tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(1 + len(above), 6)}"


_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_markdown.core.ruler.push("order_headings", _order_headings)

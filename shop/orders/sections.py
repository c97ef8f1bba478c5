"""Sections: what plugins ask on every checkout, whichever mode's page it is; the answers stay with the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Form

from shop.communities.models import Community
from shop.hooks import door
from shop.hookspecs import Section
from shop.orders.quoting import Quote, Wish, make_quote, with_answers
from shop.people.models import Person
from shop.pieces import draw

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A section of a plugin on the present checkout, its form filled with what was sent."""

    plugin: str
    section: Section
    form: Form

    @property
    def key(self) -> str:
        """Where its answers stand in `quote.answers` and `order.answers`."""
        return f"{self.plugin}.{self.section.name}"

    @property
    def answer(self) -> dict[str, Any]:
        """What was typed, as plain values."""
        return {
            field.short_name: field.data if _is_plain(field.data) else str(field.data)
            for field in self.form
            if field.type not in ("CSRFTokenField", "SubmitField")
        }

    def __html__(self) -> str:
        """Drawn on its own, so that a section that fails leaves the rest of the checkout."""
        own = self.section.template
        if own is not None:
            return draw(self.plugin, own, form=self.form, **self.section.data)
        return draw(self.plugin, None, title=self.section.title, form=self.form)


def quote_and_ask(
    community: Community,
    wishes: Sequence[Wish],
    *,
    buyer: Person | None,
    inputs: Mapping[str, Any] | None = None,
) -> tuple[Quote, list[Asked]]:
    """The quote of a checkout, with what was answered in the sections of plugins, and those sections."""
    with door().together():
        quote = make_quote(community, wishes, buyer=buyer, inputs=inputs)
        sections = sections_of(quote)
        answers = {asked.key: asked.answer for asked in sections}
        return with_answers(quote, answers) if answers else quote, sections


def sections_of(quote: Quote) -> list[Asked]:
    """What is asked for this quote, in the order of weights; filled from the request's form when it was sent."""
    found = door().ask_all(
        "checkout_sections", door().asked_in(quote.community.id), quote=quote, viewer=quote.buyer
    )
    sent = request.form if request.method == "POST" else None
    asked = [
        Asked(plugin, section, section.form(sent, prefix=f"{plugin}-{section.name}-", **_plain_form(section)))
        for plugin, sections in found
        for section in sections
    ]
    return sorted(asked, key=lambda one: (one.section.weight, one.key))


def are_complete(sections: Sequence[Asked]) -> bool:
    """Whether every section is filled as its form wants it; each then says what is missing."""
    found = [asked.form.validate() for asked in sections]
    return all(found)


def draw_sections(sections: Sequence[Asked]) -> Markup:
    """All of them, for a checkout's template: `{{ checkout_sections(sections) }}`."""
    return Markup("").join(Markup(asked.__html__()) for asked in sections)  # noqa: S704 (autoescaped templates)


def _plain_form(section: Section) -> dict[str, Any]:
    """The checkout's own token guards a FlaskForm too."""
    return {"meta": {"csrf": False}} if issubclass(section.form, FlaskForm) else {}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list)

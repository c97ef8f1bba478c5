"""The blueprint that all pages of this room hang on, and how often they may be pressed."""

from flask import Blueprint, request

from shop.people.models import key_of

bp = Blueprint("people", __name__)


def the_address() -> str:
    """Rate limits count by the address that was typed as well, however many machines type it."""
    return f"address:{key_of(request.form.get('email', ''))[:254]}"

"""In development: a sample of every kind of mail, and those that were written, as their readers see them."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template
from flask_babel import force_locale

from shop.access import public
from shop.mail_samples import kinds, sample
from shop.orders.mails import KINDS

bp = Blueprint("mails", __name__)

MOST = 200
# A mail brings its styles inside it, and nothing that runs.
CSP = {"default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "'self' data:"}


@bp.get("/style/mails")
@public
def index() -> str:
    """The newest ones; the demo's worker writes every kind that its story needs."""
    found = sorted(_folder().glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    return render_template(
        "dev/mails.html",
        mails=[(path.stem, _read(path)) for path in found[:MOST]],
        kinds=[*KINDS, *kinds()],
        locales=current_app.config["LANGUAGES"],
    )


@bp.get("/style/mails/kinds/<name>/<locale>")
@public
def show_kind(name: str, locale: str) -> str:
    """A sample of one kind in one language: its subject and its text."""
    subject, text, _html = _sample(name, locale)
    return render_template(
        "dev/mail_kind.html",
        name=name,
        locale=locale,
        subject=subject,
        text=text,
        locales=current_app.config["LANGUAGES"],
    )


@bp.get("/style/mails/kinds/<name>/<locale>/html")
@public
def show_kind_html(name: str, locale: str) -> Response:
    """The same sample as a mail program shows it."""
    return Response(_sample(name, locale)[2], mimetype="text/html")


@bp.get("/style/mails/<name>")
@public
def show(name: str) -> str:
    """One mail: its head and its text."""
    mail = _find(name)
    return render_template("dev/mail.html", name=name, mail=mail, text=_part(mail, "plain"))


@bp.get("/style/mails/<name>/html")
@public
def show_html(name: str) -> Response:
    """The same mail as a mail program shows it."""
    return Response(_part(_find(name), "html") or abort(404), mimetype="text/html")


OPTIONS = {"content_security_policy": CSP, "content_security_policy_nonce_in": []}
show_html.talisman_view_options = OPTIONS  # type: ignore[attr-defined]
show_kind_html.talisman_view_options = OPTIONS  # type: ignore[attr-defined]


def _sample(name: str, locale: str) -> tuple[str, str, str]:
    if locale not in current_app.config["LANGUAGES"]:
        abort(404)
    with force_locale(locale):
        return sample(name) or abort(404)


def _folder() -> Path:
    return Path(current_app.config["MAIL_FILE_PATH"])


def _find(name: str) -> EmailMessage:
    path = next((path for path in _folder().glob("*.log") if path.stem == name), None)
    return _read(path) if path else abort(404)


def _read(path: Path) -> EmailMessage:
    """The first mail of the file; the backend puts a line of dashes below it."""
    told = path.read_bytes().split(b"\n" + b"-" * 79)[0]
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(told)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""

"""Public files for the browser: each one for ever the same, shown and never run."""

from flask import Blueprint, Response, abort, request

from shop.access import public
from shop.files import files, is_public

bp = Blueprint("files", __name__)

TYPES = {"webp": "image/webp", "png": "image/png"}


@bp.get("/files/<path:key>")
@public
def show(key: str) -> Response:
    kind = TYPES.get(key.rpartition(".")[2])
    if kind is None or not is_public(key):
        abort(404)
    try:
        answer = Response(files.get(key), content_type=kind)
    except FileNotFoundError:
        abort(404)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.set_etag(key.rpartition("/")[2])
    answer.make_conditional(request)
    return answer

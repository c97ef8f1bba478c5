"""Partners tell us of sales: signed, read strictly, once for each of their references."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from plugins.affiliate.crediting import tell
from plugins.affiliate.programmes import Programme
from plugins.affiliate.signing import HEADER, check
from plugins.affiliate.telling import read_body
from shop.access import public
from shop.db import db
from shop.errors import Refused
from shop.security import csrf, limiter

bp = Blueprint("affiliate_postbacks", __name__)
LONGEST = 16 * 1024


@bp.post("/<code>")
@csrf.exempt
@public
@limiter.limit("600/minute")
def create(code: str) -> ResponseReturnValue:
    """A sale, or what became of one. The same word again is answered the same and changes nothing."""
    programme = db.session.scalars(
        select(Programme).where(Programme.code == code, Programme.kind == "partner")
    ).first() or abort(404)
    body = request.get_data(cache=False)
    try:
        if len(body) > LONGEST:
            raise Refused("too long", status=413)
        check(programme.secret, request.headers.get(HEADER, ""), body)
        answer = tell(programme, read_body(programme, body), "postback")
        db.session.commit()
    except Refused as no:
        db.session.rollback()
        return {"error": str(no)}, no.status
    conversion = answer.conversion
    told = {
        "ref": conversion.ref,
        "state": conversion.shown_state,
        "reason": conversion.reason,
        "new": answer.is_new,
    }
    return told, 200

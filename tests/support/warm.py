"""Read by the process that all others are forks of: rooms, plugins, their tables, and the pages of a checkout."""

import gc
import tempfile
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from tests.support import apps
from tests.support import broken as broken
from tests.support import houses as houses

PAGES = ("ui/", "listings/", "orders/", "errors/", "base.html")

with tempfile.TemporaryDirectory() as folder:
    app = apps.make(f"sqlite:///{folder}/none.db", Path(folder))
    configure_mappers()
    with app.app_context():
        for name in app.jinja_env.list_templates(filter_func=lambda each: each.startswith(PAGES)):
            app.jinja_env.get_template(name)
    apps.put_away(app)
    del app

gc.freeze()  # what is here stays, and no fork copies it by looking at it

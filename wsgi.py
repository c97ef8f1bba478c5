"""The WSGI application, for granian, gunicorn and `flask --app wsgi`."""

from shop import reading
from shop.app import create_app

app = create_app()
reading.done()

"""Mail: by SMTP where there is a server, otherwise into a folder where it can be looked at."""

from flask import Flask, current_app
from flask_mailman import EmailMultiAlternatives, Mail

mail = Mail()


def install(app: Flask) -> None:
    """Choose how mails leave."""
    server = app.config["MAIL_SERVER"]
    host, _colon, port = server.partition(":")
    backend = "locmem" if app.config["ENV"] == "test" else "smtp" if server else "file"
    app.config.update(
        MAIL_SERVER=host or "localhost",
        MAIL_PORT=int(port or 25),
        MAIL_BACKEND=backend,
        MAIL_FILE_PATH=f"{app.config['INSTANCE']}/mail",
        MAIL_DEFAULT_SENDER=app.config["MAIL_FROM"],
        MAIL_TIMEOUT=10,
    )
    mail.init_app(app)


def send(to: str, subject: str, text: str, html: str | None = None) -> None:
    """Send one mail now; only the worker calls this."""
    message = EmailMultiAlternatives(subject, text, current_app.config["MAIL_FROM"], [to])
    if html:
        message.attach_alternative(html, "text/html")
    message.send()

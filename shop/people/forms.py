"""The forms of the people room, on those of Flask-Security where it has one."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_security import LoginForm, RegisterFormV2, ResetPasswordForm, verify_password
from flask_security.forms import EmailValidation, email_required, password_required, unique_user_email
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from shop.access import me
from shop.people.accounts import security

LANGUAGES = (("en", "English"), ("zh_Hans_CN", "简体中文"))
NEW = {"autocomplete": "new-password", "minlength": 8}
PRESENT = {"autocomplete": "current-password"}


def trimmed(text: str | None) -> str | None:
    """What was typed, without the space around it."""
    return " ".join(text.split()) if text else text


def name_field() -> StringField:
    return StringField(
        lazy_pgettext("person", "Name"),
        [DataRequired(), Length(max=80)],
        [trimmed],
        description=_l("As the others in your groups see it."),
        render_kw={"autocomplete": "name"},
    )


class SignInForm(LoginForm):
    """Address and password; one answer for whatever is wrong with them."""

    email = EmailField(
        _l("E-mail"), [email_required, EmailValidation()], [trimmed], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(_l("Password"), [password_required], render_kw=PRESENT)

    def validate(self, **kwargs: Any) -> bool:
        if super().validate(**kwargs):
            return True
        if self.email.data and self.password.data:
            self.email.errors, self.password.errors = [], []
            self.form_errors = [_("The address or the password is not right.")]
        return False


class SignUpForm(RegisterFormV2):
    """Name, address, password."""

    name = name_field()
    email = EmailField(
        _l("E-mail"),
        [email_required, EmailValidation(verify=True), Length(max=254), unique_user_email],
        [trimmed],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        _l("Password"),
        [password_required],
        description=_l("At least eight characters; a few words are easy to remember."),
        render_kw=NEW,
    )

    @property
    def is_only_known_already(self) -> bool:
        """Whether everything is right but that the address has an account."""
        return self.existing_email_user is not None and set(self.errors) == {"email"}


class RecoveryForm(FlaskForm):
    """Where the link to a new password goes."""

    email = EmailField(
        _l("E-mail"), [email_required, EmailValidation()], [trimmed], render_kw={"autocomplete": "email"}
    )


class NewPasswordForm(ResetPasswordForm):
    """A new password, after the mailed link."""

    password = PasswordField(_l("New password"), [password_required], render_kw=NEW)
    password_confirm = None


class ConfirmedForm(FlaskForm):
    """Something serious: the present password is asked for."""

    present = PasswordField(_l("Your password now"), [InputRequired()], render_kw=PRESENT)

    def validate_present(self, field: Field) -> None:
        if not verify_password(security().password_util.normalize(field.data), me().password):
            raise ValidationError(_("This is not your password."))


class PasswordForm(ConfirmedForm):
    """Another password."""

    new = PasswordField(_l("New password"), [InputRequired()], render_kw=NEW)

    def validate_new(self, field: Field) -> None:
        wrong, field.data = security().password_util.validate(field.data, False, user=me())
        if wrong:
            raise ValidationError(" ".join(wrong))


class PersonForm(FlaskForm):
    """What a person tells about themselves."""

    name = name_field()
    intro = TextAreaField(
        _l("About me"), [Length(max=400)], description=_l("A sentence or two for the members of your groups.")
    )
    locale = SelectField(_l("Language"), choices=[SelectChoice(tag, name) for tag, name in LANGUAGES])


class CodeForm(FlaskForm):
    """Six digits from the authenticator app, or one of the codes written down."""

    code = StringField(
        _l("Code"),
        [InputRequired(), Regexp(r"[0-9A-Fa-f \-]{6,24}\Z", message=_l("Six digits, please."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "maxlength": 24},
    )

"""`shop plugins new NAME`: writes a working plugin, asking nobody outside: the mode in shop/testing/template."""

from pathlib import Path

from flask_babel import gettext as _

from shop.errors import Refused
from shop.plugin_checks import GOOD_NAME

TEMPLATE = Path(__file__).parent / "testing" / "template"


def write_plugin(folder: Path, name: str, package: str | None = None) -> list[Path]:
    """Write the plugin into `folder`/`name`, imported as `package`; refuses a name that is taken or not allowed."""
    package = package or f"plugins.{name}"
    if not GOOD_NAME.match(name):
        raise Refused(_("A plugin's name has 2 to 31 small letters and digits, a letter first."))
    home = folder / name
    if home.exists():
        raise Refused(_("%(folder)s is there already.", folder=home))
    written = []
    for source in sorted(TEMPLATE.rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts and source.suffix not in (".pyc", ".mo"):
            path = home / _named(source.relative_to(TEMPLATE).as_posix().removesuffix(".txt"), name, package)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = _named(source.read_text("utf-8"), name, package)
            path.write_text(text, "utf-8")
            if text.startswith("#!"):
                path.chmod(0o755)
            written.append(path)
    return written


def _named(text: str, name: str, package: str) -> str:
    """`rentl`, `Rentl` and `PACKAGE` of the template become the plugin's own."""
    return text.replace("PACKAGE", package).replace("Rentl", name.capitalize()).replace("rentl", name)

"""Feedback: members say what should be better, read what becomes of it, and are thanked when it is done."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Manifest, Pages

manifest = Manifest(
    name="feedback",
    title=_l("Feedback"),
    summary=_l(
        "Ideas, complaints and questions on a product or the community, each with its state and a public answer; "
        "“You said, we did” thanks by name those who brought a change about."
    ),
    version="1.0",
    icon="chat",
    priority=130,
    demo="plugins.feedback.demo:fill",
    pages=(
        Pages("community", "plugins.feedback.ticket_views:bp"),
        Pages("community", "plugins.feedback.note_views:bp"),
        Pages("community", "plugins.feedback.manage_views:bp"),
        Pages("merchant", "plugins.feedback.desk_views:bp"),
        Pages("account", "plugins.feedback.own_views:bp"),
    ),
    models="plugins.feedback.models",
    checks=("plugins.feedback.checking:followers_are_exact", "plugins.feedback.checking:thanks_are_exact"),
    reads=(_l("who took part in naming rounds and trials"),),
    shows_alike=True,
    hears=(
        "feedback.asked",
        "feedback.filed",
        "feedback.moved",
        "feedback.news",
        "feedback.noted",
        "feedback.thanked",
        "naming.closed",
        "trials.reported",
    ),
)

"""Care: for whoever looks after a group: who said no hello yet, whom to answer, who is silent, who carries it."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="care",
    title=_l("Care"),
    summary=_l(
        "Introductions, praise and complaints that reach the managers at once, a humane way to free the seats of the "
        "silent, an explained thank-you to those who carry the group, and splitting it by consent."
    ),
    version="1.0",
    icon="heart",
    priority=150,
    demo="plugins.care.demo:fill",
    pages=(
        Pages("community", "plugins.care.member_views:bp"),
        Pages("community", "plugins.care.intro_views:bp"),
        Pages("community", "plugins.care.manage_views:bp"),
        Pages("community", "plugins.care.alert_views:bp"),
        Pages("community", "plugins.care.silence_views:bp"),
        Pages("community", "plugins.care.voice_views:bp"),
        Pages("community", "plugins.care.split_views:bp"),
    ),
    models="plugins.care.models",
    jobs=(Job("look", "plugins.care.jobs:look_after", 3600),),
    community_settings="plugins.care.forms:Here",
    reads=(
        _l("who did something here, how often and when last; never how somebody voted or what was bought"),
    ),
    shows_alike=True,
    shows_each=("community.about",),
    hears=(
        "care.alerted",
        "care.asked",
        "care.hello",
        "care.moved",
        "care.noticed",
        "care.seat",
        "care.split",
        "feedback.filed",
        "member.left",
        "member.removed",
        "reviews.felt",
    ),
)

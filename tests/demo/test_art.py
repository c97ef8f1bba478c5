"""The demo's pictures are drawn here: all different, the same every time, and light to send."""

import hashlib
import io

import pytest
from PIL import Image

from shop.demo.art import COVERS, MOTIFS, SCENES, VIEWS, cover, face, seal, still
from shop.demo.art.brush import COLOURS


def digest(picture: Image.Image) -> str:
    return hashlib.sha256(picture.tobytes()).hexdigest()


def test_there_are_enough_motifs() -> None:
    assert len(MOTIFS) >= 50


def test_every_motif_is_a_picture_of_its_own() -> None:
    ground = still("tin", "persimmon", "indigo", "celadon").getpixel((5, 5))
    seen = {}
    for motif in MOTIFS:
        picture = still(motif, "persimmon", "indigo", "celadon")
        assert picture.size == (960, 960)
        assert picture.getpixel((5, 5)) == ground
        seen[digest(picture)] = motif

    assert len(seen) == len(MOTIFS)


@pytest.mark.parametrize("motif", ["cups", "shoe", "rabbit"])
def test_every_dye_and_view_changes_the_picture(motif: str) -> None:
    one = still(motif, "persimmon", "indigo", "celadon")

    others = [
        still(motif, "teal", "indigo", "celadon"),
        still(motif, "persimmon", "ochre", "celadon"),
        still(motif, "persimmon", "indigo", "straw"),
        *(still(motif, "persimmon", "indigo", "celadon", view=view) for view in VIEWS[1:]),
        *(still(motif, "persimmon", "indigo", "celadon", place) for place in SCENES if place != "moon"),
    ]

    assert len({digest(picture) for picture in (one, *others)}) == 1 + len(others)


def test_same_words_draw_the_same_picture() -> None:
    assert digest(still("gaiwan", "indigo", "ochre", "mist")) == digest(
        still("gaiwan", "indigo", "ochre", "mist")
    )
    assert digest(face("林小满")) == digest(face("林小满"))
    assert digest(face("林小满")) != digest(face("Ana"))
    assert digest(seal("山", "pine")) != digest(seal("岭", "pine"))


@pytest.mark.parametrize("name", COVERS)
def test_community_has_a_wide_picture(name: str) -> None:
    assert cover(name).size == (1440, 960)


def test_pictures_are_light_to_send() -> None:
    stream = io.BytesIO()

    still("rabbit", "cream", "rose", "lilac", "clouds").save(stream, "WEBP", quality=82)

    assert len(stream.getvalue()) < 60_000


def test_colours_are_written_the_same_way() -> None:
    assert all(len(colour) == 7 and colour == colour.lower() for colour in COLOURS.values())

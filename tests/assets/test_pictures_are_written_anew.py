"""Pictures: whatever is uploaded comes back as a clean JPEG or PNG in sRGB, or as a sentence."""

from __future__ import annotations

import contextlib
import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from app.assets import pictures
from app.kit.errors import BadInput, TooLarge


def save(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def read(picture: pictures.Picture) -> Image.Image:
    opened = Image.open(io.BytesIO(picture.data))
    opened.load()
    assert opened.size == (picture.width, picture.height)
    return opened


def near(one: Any, other: tuple[int, ...], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [("JPEG", "image/jpeg"), ("WEBP", "image/jpeg"), ("TIFF", "image/jpeg"), ("AVIF", "image/jpeg"),
     ("PNG", "image/png"), ("GIF", "image/png"), ("BMP", "image/png")],
)  # fmt: skip
def test_every_common_kind_is_read(kind: str, becomes: str) -> None:
    picture = pictures.clean_now(save(Image.new("RGB", (30, 20), (200, 30, 40)), kind), "a.x")
    assert picture.media_type == becomes
    assert near(read(picture).convert("RGB").getpixel((10, 10)), (200, 30, 40))


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    photo = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x0110] = "A camera"
    exif.get_ifd(0x8825)[2] = (40.0, 42.0, 46.0)
    data = save(photo, "JPEG", exif=exif, comment=b"taken by Ana")
    assert b"A camera" in data
    picture = pictures.clean_now(data, "p.jpg")
    assert not read(picture).getexif()
    assert b"A camera" not in picture.data
    assert b"taken by Ana" not in picture.data
    assert b"Exif" not in picture.data


def test_a_photograph_taken_sideways_stands_upright() -> None:
    photo = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = pictures.clean_now(save(photo, "JPEG", exif=exif), "p.jpg")
    assert (picture.width, picture.height) == (20, 40)


def test_printers_colours_become_screen_colours() -> None:
    cyan = Image.new("CMYK", (20, 20), (255, 0, 0, 0))
    picture = pictures.clean_now(save(cyan, "JPEG"), "c.jpg")
    opened = read(picture)
    assert opened.mode == "RGB"
    assert near(opened.getpixel((5, 5)), (0, 255, 255), 12)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_what_their_profile_means_also_beside_transparency(mode: str) -> None:
    red = Image.new(mode, (8, 8), (255, 0, 0, 128)[: len(mode)])
    picture = pictures.clean_now(save(red, "PNG", icc_profile=red_is_blue()), "m.png")
    opened = read(picture)
    assert "icc_profile" not in opened.info
    assert near(opened.getpixel((2, 2)), (0, 0, 255, 128)[: len(mode)], 12)


def test_a_broken_profile_is_left_aside() -> None:
    data = save(Image.new("RGB", (8, 8), "red"), "PNG", icc_profile=b"no profile")
    assert read(pictures.clean_now(data, "m.png")).getpixel((2, 2)) == (255, 0, 0)


def red_is_blue() -> bytes:
    """sRGB with the entries of its first and third colour exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one, other in (("rXYZ", "bXYZ"), ("rTRC", "bTRC")):
        a, b = one.encode(), other.encode()
        profile = profile.replace(a, b"????").replace(b, a).replace(b"????", b)
    return profile


def test_what_is_see_through_stays_so_and_what_is_not_loses_nothing() -> None:
    glass = pictures.clean_now(save(Image.new("RGBA", (9, 9), (1, 2, 3, 100)), "PNG"), "g.png")
    assert read(glass).getpixel((1, 1)) == (1, 2, 3, 100)
    solid = pictures.clean_now(save(Image.new("RGBA", (9, 9), (1, 2, 3, 255)), "PNG"), "s.png")
    assert read(solid).mode == "RGB"
    indexed = Image.new("P", (9, 9), 0)
    indexed.putpalette([10, 20, 30, 200, 200, 200])
    marked = pictures.clean_now(save(indexed, "GIF", transparency=0), "i.gif")
    assert read(marked).getpixel((1, 1))[3] == 0


def test_sixteen_bits_a_pixel_do_not_turn_white() -> None:
    grey = Image.new("I;16", (8, 8), 0x8000)
    picture = pictures.clean_now(save(grey, "PNG"), "scan.png")
    assert near(read(picture).convert("RGB").getpixel((2, 2)), (128, 128, 128), 2)


def test_of_a_picture_that_moves_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (12, 12), colour) for colour in ("red", "green", "blue")]
    data = save(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    picture = pictures.clean_now(data, "moving.gif")
    opened = read(picture)
    assert getattr(opened, "n_frames", 1) == 1
    assert near(opened.convert("RGB").getpixel((3, 3)), (255, 0, 0))


def test_a_picture_is_no_larger_than_print_needs() -> None:
    picture = pictures.clean_now(save(Image.new("L", (8000, 2000)), "PNG"), "wide.png")
    assert (picture.width, picture.height) == (4000, 1000)


def test_a_bomb_is_refused_by_its_header(shared: Path) -> None:
    with pytest.raises(TooLarge, match=r"far larger|pixels"):
        pictures.clean_now((shared / "hostile/docs/89_png_bomb.png").read_bytes(), "bomb.png")


def test_forty_million_pixels_are_the_limit() -> None:
    data = save(Image.new("1", (8001, 5000)), "PNG")
    with pytest.raises(TooLarge, match="8001 × 5000"):
        pictures.clean_now(data, "big.png")


@pytest.mark.parametrize("name", ["81_svg_script.svg", "82_xxe.svg", "83_billion_laughs.xml"])
def test_a_drawing_that_could_run_is_no_picture(shared: Path, name: str) -> None:
    with pytest.raises(BadInput, match="not a picture"):
        pictures.clean_now((shared / "hostile/docs" / name).read_bytes(), name)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"PK\x03\x04",
        b"\x00" * 1000,
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"“cat\.png” is not a picture"):
        pictures.clean_now(data, "cat.png")


def test_a_page_hidden_behind_a_picture_is_left_behind() -> None:
    data = save(Image.new("RGB", (5, 5)), "PNG") + b"<script>alert(1)</script>"
    assert b"script" not in pictures.clean_now(data, "p.png").data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_broken_bytes_are_a_sentence_and_never_a_crash(kind: str) -> None:
    chance = random.Random(2026)
    whole = save(Image.effect_noise((40, 40), 60).convert("RGB"), kind)
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.randrange(len(broken))]) if chance.random() < 0.3 else broken
        with contextlib.suppress(BadInput, TooLarge):
            pictures.clean_now(bytes(cut), "x")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("..\\..\\x.png", "x.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\katze.png", "katze.png"),
        ("/", "picture"),
        ("..", "picture"),
        ("", "picture"),
        ("a\x00b\r\nc\u202e.png", "abc.png"),
        ("кот.png", "кот.png"),
        ("x" * 500 + ".png", "x" * 116 + ".png"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert pictures.base_name(given) == kept

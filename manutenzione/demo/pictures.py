"""Small drawn scenes instead of photos: the demo shows nobody's real stairs."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (960, 720)  # pixels


def draw(scene: str) -> bytes:
    """A JPEG of the scene."""
    image = Image.new("RGB", _SIZE, "#c9c4ba")
    _SCENES[scene](ImageDraw.Draw(image, "RGBA"))
    file = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(file, "JPEG", quality=80)
    return file.getvalue()


def _room(pen: ImageDraw.ImageDraw, wall: str, floor: str) -> None:
    pen.rectangle((0, 0, 960, 520), fill=wall)
    pen.polygon([(0, 520), (960, 520), (960, 720), (0, 720)], fill=floor)
    pen.line((0, 520, 960, 520), fill="#00000055", width=6)


def _stairs(pen) -> None:
    _room(pen, "#3d3f48", "#2b2c33")
    for step in range(9):
        left, top = 120 + step * 70, 640 - step * 56
        pen.rectangle((left, top, 900, top + 56), fill=(88 - step * 5, 86 - step * 5, 84 - step * 4))
        pen.line((left, top, 900, top), fill="#a39c90aa", width=4)
    pen.line((110, 560, 700, 90), fill="#171719", width=16)
    pen.line((480, 0, 480, 90), fill="#111111", width=6)
    pen.ellipse((446, 86, 514, 166), fill="#55565c", outline="#222222", width=4)
    pen.line((466, 110, 478, 140, 488, 112), fill="#222222", width=3)


def _pipe(pen) -> None:
    _room(pen, "#a9a294", "#7d776c")
    pen.rectangle((0, 170, 960, 236), fill="#7c868c")
    pen.rectangle((0, 180, 960, 196), fill="#aab3b8")
    pen.rectangle((430, 150, 530, 256), fill="#5e676c")
    pen.polygon([(440, 256), (520, 256), (550, 520), (410, 520)], fill="#5b686e55")
    for drop, y in enumerate((290, 350, 430, 500)):
        pen.ellipse((468 + drop * 4, y, 488 + drop * 4, y + 34), fill="#8fb6cdcc")
    pen.ellipse((270, 560, 720, 680), fill="#7fa3b8bb", outline="#dbeaf2aa", width=4)


def _door(pen) -> None:
    _room(pen, "#c7b9a0", "#8d8272")
    pen.rectangle((300, 60, 660, 560), fill="#3a3026")
    pen.polygon([(330, 90), (560, 130), (560, 590), (330, 540)], fill="#6d4a2f")
    pen.polygon([(370, 140), (520, 164), (520, 330), (370, 316)], fill="#9fb4bb")
    pen.ellipse((520, 360, 548, 388), fill="#c9a94d")
    pen.polygon([(560, 130), (660, 90), (660, 560), (560, 590)], fill="#1d2430")
    for x, y in ((180, 610), (240, 640), (700, 620), (760, 660), (640, 680)):
        pen.polygon([(x, y), (x + 34, y - 14), (x + 26, y + 16)], fill="#e8eef0")


def _bell(pen) -> None:
    _room(pen, "#b9ab98", "#8a7f70")
    pen.rounded_rectangle((340, 90, 620, 480), 18, fill="#90989d", outline="#4d5458", width=8)
    pen.rounded_rectangle((390, 120, 570, 200), 10, fill="#30363a")
    for row in range(4):
        for column in range(2):
            x, y = 385 + column * 120, 228 + row * 60
            pen.rectangle((x, y, x + 66, y + 34), fill="#e4e1d8")
            pen.ellipse((x + 74, y + 4, x + 100, y + 30), fill="#c8cdd0")
    pen.line((505, 300, 560, 420, 600, 540), fill="#a33b2b", width=7)


def _tile(pen) -> None:
    pen.rectangle((0, 0, 960, 720), fill="#b9b2a6")
    for row in range(4):
        for column in range(5):
            x, y = column * 200 - 20, row * 190 - 10
            pen.rectangle((x, y, x + 190, y + 180), fill="#cbc3b5" if (row + column) % 2 else "#c2b9aa")
    pen.polygon([(390, 200), (560, 190), (580, 350), (470, 300), (400, 360)], fill="#6a6258")
    for crack in ((470, 290, 620, 420), (400, 240, 300, 180), (520, 200, 560, 90)):
        pen.line(crack, fill="#4b453d", width=5)


def _damp(pen) -> None:
    pen.rectangle((0, 0, 960, 720), fill="#e3dfd4")
    pen.rectangle((0, 560, 960, 720), fill="#cfc9bb")
    for size, shade in ((300, "#c2b389aa"), (230, "#a99870aa"), (140, "#8c7b58aa")):
        pen.ellipse((500 - size, 220 - size * 0.6, 500 + size, 220 + size * 0.6), fill=shade)
    for x, y in ((430, 180), (520, 240), (560, 190), (470, 260), (600, 250), (400, 230)):
        pen.ellipse((x, y, x + 22, y + 16), fill="#4a4a3daa")


_SCENES = {
    "stairs": _stairs,
    "pipe": _pipe,
    "door": _door,
    "bell": _bell,
    "tile": _tile,
    "damp": _damp,
}

"""Small drawn pictures of things instead of photos: the demo shows nobody's own."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (800, 600)  # pixels
_GROUNDS = ("#e9dcc7", "#d9e4dd", "#dfe3ee", "#efdfd6", "#e6e2d2")


def draw(shape: str, number: int) -> bytes:
    """A JPEG of a thing of that shape; `number` chooses its colours, so that no two look alike."""
    image = Image.new("RGB", _SIZE, _GROUNDS[number % len(_GROUNDS)])
    pen = ImageDraw.Draw(image, "RGBA")
    pen.polygon([(0, 430), (800, 430), (800, 600), (0, 600)], fill="#8a7a6455")
    pen.ellipse((180, 450, 640, 530), fill="#00000033")
    _SHAPES[shape](pen, _colour(number))
    file = BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.8)).save(file, "JPEG", quality=80)
    return file.getvalue()


def _colour(number: int) -> str:
    return ("#b4502f", "#2f6f9c", "#3f7d56", "#a8842c", "#7a4d86", "#c23b4a", "#446b8a")[number % 7]


def _drill(pen, colour) -> None:
    pen.rounded_rectangle((230, 190, 500, 300), 30, fill=colour)
    pen.polygon([(330, 290), (430, 290), (400, 470), (300, 470)], fill="#333333")
    pen.rectangle((500, 215, 560, 275), fill="#555555")
    pen.line((560, 245, 690, 245), fill="#9a9a9a", width=14)
    pen.rounded_rectangle((270, 450, 420, 500), 12, fill=colour)


def _ladder(pen, colour) -> None:
    pen.line((300, 80, 200, 500), fill=colour, width=18)
    pen.line((500, 80, 600, 500), fill=colour, width=18)
    for step in range(6):
        y = 130 + step * 62
        pen.line((295 - step * 15, y, 505 + step * 15, y), fill="#bfbfbf", width=14)


def _case(pen, colour) -> None:
    pen.rounded_rectangle((210, 210, 590, 490), 26, fill=colour, outline="#00000066", width=8)
    pen.arc((330, 140, 470, 270), 180, 360, fill="#3a3a3a", width=18)
    pen.line((210, 330, 590, 330), fill="#00000055", width=8)
    pen.rectangle((375, 310, 425, 350), fill="#e8d9a0")


def _pot(pen, colour) -> None:
    pen.rounded_rectangle((230, 240, 570, 480), 40, fill=colour)
    pen.rounded_rectangle((210, 215, 590, 255), 18, fill="#dddddd")
    pen.ellipse((370, 165, 430, 220), fill="#444444")
    pen.line((180, 320, 230, 320), fill="#444444", width=24)
    pen.line((570, 320, 620, 320), fill="#444444", width=24)


def _pram(pen, colour) -> None:
    pen.pieslice((220, 120, 560, 460), 180, 360, fill=colour)
    pen.rounded_rectangle((220, 285, 560, 380), 30, fill=colour)
    pen.line((560, 290, 660, 180), fill="#444444", width=16)
    for x in (250, 470):
        pen.ellipse((x, 400, x + 100, 500), outline="#333333", width=16)


def _bike(pen, colour) -> None:
    for x in (170, 470):
        pen.ellipse((x, 290, x + 200, 490), outline="#333333", width=14)
    pen.line((270, 390, 370, 250, 520, 250, 420, 390, 270, 390), fill=colour, width=16)
    pen.line((570, 390, 520, 210, 570, 190), fill=colour, width=14)
    pen.line((345, 230, 395, 230), fill="#333333", width=18)


def _book(pen, colour) -> None:
    pen.polygon([(200, 200), (395, 240), (395, 490), (200, 450)], fill="#faf6ea", outline="#00000055")
    pen.polygon([(600, 200), (405, 240), (405, 490), (600, 450)], fill="#faf6ea", outline="#00000055")
    pen.line((400, 240, 400, 490), fill=colour, width=14)
    for line in range(5):
        y = 270 + line * 36
        pen.line((230, y - 6, 370, y + 22), fill="#b9b0a0", width=6)
        pen.line((570, y - 6, 430, y + 22), fill="#b9b0a0", width=6)


def _table(pen, colour) -> None:
    pen.polygon([(150, 250), (650, 250), (600, 320), (200, 320)], fill=colour)
    for x in (220, 560):
        pen.line((x, 320, x - 10, 500), fill="#4a3b2c", width=18)
    pen.rounded_rectangle((330, 330, 470, 400), 10, fill="#7b6650")
    pen.line((345, 400, 345, 500), fill="#4a3b2c", width=12)
    pen.line((455, 400, 455, 500), fill="#4a3b2c", width=12)


def _plant(pen, colour) -> None:
    pen.polygon([(300, 360), (500, 360), (465, 500), (335, 500)], fill=colour)
    for x, y in ((300, 180), (400, 110), (500, 190), (350, 250), (450, 250)):
        pen.ellipse((x - 60, y, x + 50, y + 120), fill="#3f8f63dd")
    pen.line((400, 200, 400, 360), fill="#2c5a3e", width=14)


def _tent(pen, colour) -> None:
    pen.polygon([(400, 130), (130, 490), (670, 490)], fill=colour)
    pen.polygon([(400, 220), (330, 490), (470, 490)], fill="#2b2b2b")
    pen.line((400, 130, 400, 90), fill="#555555", width=10)


def _screen(pen, colour) -> None:
    pen.rounded_rectangle((220, 140, 580, 380), 18, fill="#2d2f36")
    pen.rectangle((245, 165, 555, 355), fill=colour)
    pen.polygon([(170, 480), (630, 480), (580, 385), (220, 385)], fill="#b8bcc4")


def _crutch(pen, colour) -> None:
    for x in (300, 470):
        pen.line((x, 120, x, 500), fill="#a8adb5", width=18)
        pen.arc((x - 50, 90, x + 50, 200), 180, 360, fill=colour, width=20)
        pen.line((x - 40, 290, x + 10, 290), fill="#333333", width=24)


def _puzzle(pen, colour) -> None:
    for row in range(2):
        for column in range(3):
            x, y = 190 + column * 145, 190 + row * 145
            pen.rounded_rectangle(
                (x, y, x + 135, y + 135), 16, fill=colour if (row + column) % 2 else "#f4e3b2"
            )
            pen.ellipse((x + 45, y + 45, x + 90, y + 90), fill="#00000033")


_SHAPES = {
    "drill": _drill,
    "ladder": _ladder,
    "case": _case,
    "pot": _pot,
    "pram": _pram,
    "bike": _bike,
    "book": _book,
    "table": _table,
    "plant": _plant,
    "tent": _tent,
    "screen": _screen,
    "crutch": _crutch,
    "puzzle": _puzzle,
}

from io import BytesIO

from PIL import Image, ImageDraw


def photo(name: str, shade: str = "#30323a") -> dict:
    """A picture as a phone's camera would hand it over, for `set_input_files`."""
    image = Image.new("RGB", (1600, 1200), shade)
    ImageDraw.Draw(image).ellipse((700, 200, 900, 420), fill="#55565c", outline="#111111", width=12)
    file = BytesIO()
    image.save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}

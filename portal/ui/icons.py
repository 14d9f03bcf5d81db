"""Which pictograms there are."""

from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide as draw


def can_be_drawn(name: str) -> bool:
    """Whether the package has a pictogram of that name: a page that asks for another one could not be shown."""
    try:
        draw(name)
    except IconDoesNotExist:
        return False
    return True

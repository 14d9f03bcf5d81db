"""Words to begin an invitation with: they accuse nobody, and stand there in the languages of those who read them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override


def words_to_begin_with(languages: Iterable[str]) -> str:
    """Once in each language that the portal writes; in the house's own where it writes none of them."""
    known = {code for code, _name in settings.LANGUAGES}
    written = [code for code in dict.fromkeys(languages) if code in known] or [settings.LANGUAGE_CODE]
    texts = []
    for code in written:
        with override(code):
            texts.append(_words())
    return "\n\n".join(texts)


def _words() -> str:
    return _(
        "Good morning,\n"
        "somebody who lives near you would like to talk with you about living side by side, calmly and with the help "
        "of a mediator. Nobody accuses you of anything, and nobody decides who is right. It costs nothing, you are "
        "free to say yes or no, and what is said there stays there."
    )

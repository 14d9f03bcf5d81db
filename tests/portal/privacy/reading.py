"""The page in an archive, as somebody reads it."""

import re

# What machines write: codes of channels, states and languages, keys of facts and roles, things by their table.
MACHINE = re.compile(
    r"(by you|for you by somebody else|by you for somebody else|you|agency|inbox|email|sms|push|webauthn|totp"
    r"|recovery_codes|it|ar|en|True|False|None|waiting|making|report|triage|cancel|confirm|reopen|read|gone"
    r"|not_theirs|unreachable|switched_off|too_many|old|neighbour|\*|\+\d+|(portal|manutenzione|mfa|wagtailcore)\.[a-z_.]+(:[\w-]+)?"
    r"|\d{4}-\d\d-\d\d.*)"
)


def lines_of(page):
    return re.findall(r"<dt>([^<]*)</dt><dd><bdi[^>]*>([^<]*)</bdi></dd>", page)

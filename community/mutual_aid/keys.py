"""What an address or a live topic names, the number of a row; and the id under which a phone sends one."""


class ClientIdTaken(Exception):
    """Somebody else's row carries this client id: the form was forged."""


def is_key(identifier: str) -> bool:
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    return identifier.isascii() and identifier.isdigit() and len(identifier) < 19

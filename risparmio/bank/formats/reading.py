"""One door for every format: what a file is shows in its first bytes, not in its name."""

from __future__ import annotations

import codecs
import re

from . import camt, delimited, mt940
from .errors import (
    NeedsMapping,
    OtherAccount,
    OtherCurrency,
    SeveralAccounts,
    check_size,
)
from .statement import Statement
from .values import account_of

_MT940 = re.compile(rb"\s*(?:\{1:|:20:)|[^\0]{0,2000}?^:20:", re.MULTILINE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(content: bytes, *, mapping: delimited.Mapping | None = None, account: str = "") -> list[Statement]:
    """The statements of a file, all of one account, in euro. Raises Unreadable.

    A CSV file needs `mapping` and `account`. With the other formats an `account`, if given, must be the file's own.
    """
    check_size(content)
    statements = _by_format(content, mapping, account)
    accounts = {statement.account for statement in statements}
    if len(accounts) > 1:
        raise SeveralAccounts()
    if account and accounts != {account_of(account)}:
        raise OtherAccount(account=accounts.pop())
    for statement in statements:
        if statement.currency != "EUR":
            raise OtherCurrency(currency=statement.currency)
    return statements


def _by_format(content: bytes, mapping: delimited.Mapping | None, account: str) -> list[Statement]:
    head = content.removeprefix(codecs.BOM_UTF8)[:4096]
    if head.lstrip().startswith(b"<") or (head.startswith(_UTF16) and head[2:4].strip(b"\0") == b"<"):
        return camt.read(content)
    if _MT940.match(head):
        return mt940.read(content)
    delimited.must_be_text(content, mapping.encoding if mapping else "")
    if mapping is None:
        raise NeedsMapping()
    return [delimited.read(content, mapping, account)]

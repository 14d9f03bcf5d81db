"""Who may. A bank's line names who paid: those who keep the book see it, and those who check them."""

import rules

from risparmio.agreements.rules import is_theirs
from risparmio.roles import keeper, keeps_books

rules.add_perm("risparmio.view_bank", keeper)
rules.add_perm("risparmio.view_statementfile", keeper)
rules.add_perm("risparmio.view_statement", keeper)
rules.add_perm("risparmio.view_bankline", keeper)
rules.add_perm("risparmio.read_statement", keeps_books)
rules.add_perm("risparmio.describe_columns", keeps_books)
rules.add_perm("risparmio.book_opening", keeps_books)
rules.add_perm("risparmio.settle_bankline", keeps_books)
# Nobody decides on their own household's money.
rules.add_perm("risparmio.credit_savingsagreement", keeps_books & ~is_theirs)

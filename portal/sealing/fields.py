"""A text column that only its key opens. Nothing searches it, sorts by it, prints it or copies it into a form."""

from __future__ import annotations

import base64
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from .cells import Cell
from .keys import data_key


class SealedText(DeferredAttribute):
    """What the column says, opened each time it is asked for. Raises KeyMissing, Unreadable, NoMasterKey."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        held = super().__get__(instance, owner)
        return self.field.opened(instance, held) if isinstance(held, Cell) else held

    def __set__(self, instance: Any, value: Any) -> None:
        # With it Python asks us before it looks into the row itself.
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.BinaryField):
    """A text, encrypted with the data key whose number `sealed_by` leads to ("case.key", from the row).

    The row's primary key is a UUID that it has before it is saved; with the table and the column it is what the cell
    is bound to. Written with its row only: `update()`, lookups but `isnull`, and forms refuse it.
    """

    descriptor_class = SealedText

    def __init__(self, *args: Any, sealed_by: str, **kwargs: Any) -> None:
        self.sealed_by = sealed_by
        super().__init__(*args, **kwargs)
        self.editable = False

    def deconstruct(self) -> tuple[Any, ...]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "sealed_by": self.sealed_by}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if not isinstance(self.model._meta.pk, models.UUIDField) or not self.model._meta.pk.has_default():
            message = "A row with a sealed column needs a UUID as its primary key, with a default."
            errors.append(checks.Error(message, obj=self, id="portal.sealing.E001"))
        return errors

    def opened(self, instance: Any, cell: Cell) -> str:
        """The text of a cell that stands in this column of that row."""
        return data_key(self._key_of(instance)).unseal(cell, place=self.place_of(instance)).decode()

    def place_of(self, instance: Any) -> str:
        """What its cell is bound to: table, column and row."""
        row = self.model._meta.pk.to_python(instance.pk)
        return f"{self.model._meta.db_table}|{self.column}|{row}"

    def _key_of(self, instance: Any) -> UUID:
        return attrgetter(self.sealed_by)(instance)

    # -- into the database and out of it --------------------------------------------------------------------------

    def pre_save(self, model_instance: Any, add: bool) -> Cell | None:
        return self.sealed(model_instance)

    def sealed(self, instance: Any) -> Cell | None:
        """What of the row goes into the database: the cell that came from there, or a new one for a new text."""
        held = instance.__dict__.get(self.attname)
        if held is None or isinstance(held, Cell):
            return held
        return data_key(self._key_of(instance)).seal(held.encode(), place=self.place_of(instance))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Cell):
            raise TypeError(f"{self} is sealed: it is written with its row")
        raw = None if value is None else value.raw
        return super().get_db_prep_value(raw, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Cell | None:
        return None if value is None else Cell(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None

    def get_default(self) -> Any:
        # A BinaryField's empty default is b"", which is no text.
        return self._get_default() if self.has_default() else None if self.null else ""

    def formfield(self, **kwargs: Any) -> None:
        return None

    def value_to_string(self, obj: Any) -> str:
        """For `dumpdata`: the cell as it lies there."""
        cell = self.sealed(obj)
        return "" if cell is None else base64.b64encode(cell.raw).decode()

    def to_python(self, value: Any) -> Any:
        return value  # a text is a text, and no base64 of one

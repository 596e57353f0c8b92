"""The kinds of field that the contract knows, as marshmallow fields; the base of its schemas.

A value is either left exactly as it is or refused with a text that quotes nothing of it.
Nothing is converted: "1" is no number, 1 is no truth, a time is no date. (A number in place of an
optional text was read as text before it gets here: `rules.reading.listed`.)
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeAlias

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from ....rules.periods import weeks_in
from ....rules.recurrence import is_recurrence
from ..attributes import FIRST_YEAR, LAST_YEAR, MAX_IDENTIFIER, is_identifier, is_storable
from ..body import MAX_ITEMS

MAX_COUNT = 10_000
"""Most tasks or bodies that one document can announce."""

MAX_REGISTERED = 8
"""Most digits of the number under which a register has somebody."""
_REGISTERED = re.compile(rf"[0-9]{{1,{MAX_REGISTERED}}}")

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PERIOD_PATTERN = (
    r"^(199[0-9]|2[01][0-9]{2})(-(0[1-9]|1[0-2]|Q[1-4]|H[12]|W(0[1-9]|[1-4][0-9]|5[0-3])))?$"
)
_PERIOD = re.compile(PERIOD_PATTERN.replace("$", r"\Z"))

_UNSTORABLE = "has a NUL character or half of a surrogate pair"

Fault: TypeAlias = "str | dict[int, str] | dict[str, Any] | None"
"""What is wrong with a value: a text, texts by place, or None."""


class EventData(Schema):
    """The data of an event; what is not listed is ignored."""

    class Meta:
        unknown = EXCLUDE


class ContractField(fields.Field[Any]):
    """A field whose `fault` says what is wrong with a value."""

    default_error_messages = {"required": "is required", "null": "must not be null"}  # noqa: RUF012

    def fault(self, value: Any) -> Fault:
        """What is wrong with *value*, which is not null; None where it is fine."""
        raise NotImplementedError

    def deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        """*value* as it is. Raises ValidationError where `fault` has something against it: that
        has seen all, and the way from here to there would cost more than all of it."""
        if value is None or value is missing:
            return super().deserialize(value, attr, data, **kwargs)
        fault = self.fault(value)
        if fault is not None:
            raise ValidationError(fault)
        return value


class Text(ContractField):
    """Free text; it may be empty."""

    def fault(self, value: Any) -> Fault:
        if not isinstance(value, str):
            return "must be text"
        return None if is_storable(value) else _UNSTORABLE


class Line(ContractField):
    """A name or number as a person types it: up to 255 characters, not all of them spaces."""

    def fault(self, value: Any) -> Fault:
        if not isinstance(value, str) or len(value) > MAX_IDENTIFIER or not value.strip():
            return f"must be text of 1 to {MAX_IDENTIFIER} characters, not only spaces"
        return None if is_storable(value) else _UNSTORABLE


class Identifier(ContractField):
    """The code of a body, the id of a task or of a request."""

    def fault(self, value: Any) -> Fault:
        if is_identifier(value):
            return None
        return (
            f"must be text of 1 to {MAX_IDENTIFIER} characters, without control characters "
            "and without spaces at its ends"
        )


class ADay(ContractField):
    """A date as YYYY-MM-DD in a plausible year.

    *past*: it tells what has happened, so it may not lie after its event's own local date;
    `contract.validate` sees to that, since only it knows the event.
    """

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.past = past

    def fault(self, value: Any) -> Fault:
        if not isinstance(value, str) or _DATE.fullmatch(value) is None:
            return "must be a date as YYYY-MM-DD"
        try:
            year = date.fromisoformat(value).year
        except ValueError:
            return "is no date of the calendar"
        if FIRST_YEAR <= year <= LAST_YEAR:
            return None
        return f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}"


class APeriod(ContractField):
    """A period of reporting: "2026-W10", "2026-09", "2026-Q3", "2026-H1" or "2026"."""

    def fault(self, value: Any) -> Fault:
        if not (isinstance(value, str) and _PERIOD.match(value)):
            return 'must be a period as "2026-W10", "2026-09", "2026-Q3", "2026-H1" or "2026"'
        year, _, week = value.partition("-W")
        if week and int(week) > weeks_in(int(year)):
            return "must be a week that the year has"
        return None


class ARecurrence(ContractField):
    """A rule of repetition: "weekly:5", "monthly:25", "quarterly:2-20", "yearly:12-10"."""

    def fault(self, value: Any) -> Fault:
        if isinstance(value, str) and is_recurrence(value):
            return None
        return 'must be a repetition as "weekly:5", "monthly:25", "quarterly:2-20", "yearly:12-10"'


class Flag(ContractField):
    """true or false, and nothing that could pass for it."""

    def fault(self, value: Any) -> Fault:
        return None if isinstance(value, bool) else "must be true or false"


class Whole(ContractField):
    """A whole number from *lowest* to *highest*."""

    def __init__(self, lowest: int, highest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def fault(self, value: Any) -> Fault:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and self.lowest <= value <= self.highest:
            return None
        return f"must be a whole number from {self.lowest} to {self.highest}"


class Registered(ContractField):
    """The number under which a register has somebody: up to 8 digits, as text or as a number. The
    numbers by which anybody can find out who that is are longer: 9 or 12 digits of an identity
    card, 10 of a telephone."""

    def fault(self, value: Any) -> Fault:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and _REGISTERED.fullmatch(value):
            return None
        return (
            f"must be a number of a register of 1 to {MAX_REGISTERED} digits: never a name, nor "
            "the number of an identity card or a telephone"
        )


class Choice(ContractField):
    """One of the values that the contract lists."""

    def __init__(self, *values: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = values

    def fault(self, value: Any) -> Fault:
        if isinstance(value, str) and value in self.values:
            return None
        return f"must be one of {', '.join(self.values)}"


class ListOf(ContractField):
    """A list of one kind of field, of *fewest* to MAX_ITEMS items."""

    def __init__(self, item: ContractField, *, fewest: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.item, self.fewest = item, fewest

    def fault(self, value: Any) -> Fault:
        if not isinstance(value, list):
            return "must be a list"
        if not self.fewest <= len(value) <= MAX_ITEMS:
            return f"must have {self.fewest} to {MAX_ITEMS} items"
        for place, item in enumerate(value):
            fault = self.item.fault(item)
            if isinstance(fault, str):
                return {place: fault}
        return None


class Leads(ContractField):
    """Who leads a task: one body, or a list of at least one."""

    one = Identifier()
    several = ListOf(one, fewest=1)

    def fault(self, value: Any) -> Fault:
        if isinstance(value, list):
            return self.several.fault(value)
        if isinstance(value, str):
            return self.one.fault(value)
        return "must be the code of a body, or a list of such codes"


class AnObject(ContractField):
    """A JSON object, whatever is in it."""

    def fault(self, value: Any) -> Fault:
        return None if isinstance(value, dict) else "must be an object"


class Corrections(AnObject):
    """An object of fields to replace, of the kinds that *schema* gives them."""

    def __init__(self, schema: Schema, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema

    def fault(self, value: Any) -> Fault:
        return super().fault(value) or self.schema.validate(value) or None

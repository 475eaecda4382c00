"""Make up rows for any model, column by column, by the names and types of its fields."""

from collections.abc import Callable
from itertools import accumulate
from random import Random
from typing import Any

from peewee import BooleanField, CharField, DateField, Field, ForeignKeyField, TextField
from peewee import DateTimeField as PeeweeDateTimeField

from core.bench import words
from core.data.fields import EmailField, TelephoneField

MOMENT = "2025-01-01 09:00:00"
ARCHIVED = 0.03
HAS_PARENT = 0.3

Column = list[Any]


class Filler:
    """Draws columns of database values, the same ones at every run.

    `known` gives for a model the ids that a foreign key to it may hold.
    """

    def __init__(self, known: dict[type, list[int]]) -> None:
        self.random = Random(20250101)  # noqa: S311 - made-up names keep no secret
        self.known = known
        self.by_name: dict[str, Callable[[int], Column]] = {
            "name": self._names,
            "city": lambda count: self._few(words.CITIES, count),
            "region": lambda count: self._any(words.REGIONS, count),
            "address": self._addresses,
            "postal_code": lambda count: self._numbers("{}", 100000, 239999, count),
            "country": lambda count: ["UZ"] * count,
            "job": lambda count: self._any(("", "", "", *words.JOBS), count),
            "telegram": self._telegrams,
            "tax_id": lambda count: self._numbers("{}", 200_000_000, 699_999_999, count),
            "bank_account": lambda count: self._numbers("20208000{}001", 10**8, 10**9, count),
            "bank_code": lambda count: self._numbers("{:05}", 14, 1192, count),
            "note": lambda count: self._any(words.NOTES, count),
        }

    def column(self, field: Field, ids: range) -> Column:
        """The values of `field` for the records `ids`."""
        count = len(ids)
        if field.name in ("created_at", "updated_at"):
            return [MOMENT] * count
        if field.name == "archived_at":
            return [MOMENT if share < ARCHIVED else None for share in self._shares(count)]
        if field.name == "version":
            return [1] * count
        if field.name == "reference":
            return [f"B-{id}" for id in ids]
        if isinstance(field, ForeignKeyField):
            return self._references(field, ids)
        return self._by_type(field, count)

    def _by_type(self, field: Field, count: int) -> Column:
        if field.choices:
            return self._few([value for value, _ in field.choices], count)
        if isinstance(field, BooleanField):
            return self._any((True, False), count)
        if isinstance(field, TelephoneField):
            return self._telephones(count)
        if isinstance(field, EmailField):
            return [f"{name.lstrip('@')}@example.uz" for name in self._telegrams(count)]
        if isinstance(field, (CharField, TextField)) and field.name in self.by_name:
            return self.by_name[field.name](count)
        if isinstance(field, PeeweeDateTimeField):
            return [MOMENT] * count
        if isinstance(field, DateField):
            return self._dates(count) if field.null else [MOMENT[:10]] * count
        return [None if field.null else "" if isinstance(field, CharField) else 0] * count

    def _references(self, field: ForeignKeyField, ids: range) -> Column:
        if field.rel_model is field.model:
            # Only to records that stand already.
            return [
                int(share / HAS_PARENT * (ids.start - 1)) + 1
                if share < HAS_PARENT and ids.start > 1
                else None
                for share in self._shares(len(ids))
            ]
        known = self.known.get(field.rel_model)
        if not known or field.name in ("created_by", "updated_by"):
            return [None] * len(ids)
        return self._any(known, len(ids))

    def _any(self, choices: Any, count: int) -> Column:
        return self.random.choices(choices, k=count)

    def _few(self, choices: list[Any], count: int) -> Column:
        """The first of them often, the last rarely, as cities and states come."""
        weights = list(accumulate(1 / place for place in range(1, len(choices) + 1)))
        return self.random.choices(choices, cum_weights=weights, k=count)

    def _shares(self, count: int) -> list[float]:
        share = self.random.random
        return [share() for _ in range(count)]

    def _numbers(self, pattern: str, least: int, most: int, count: int) -> Column:
        span = most - least
        return [pattern.format(least + int(share * span)) for share in self._shares(count)]

    def _telephones(self, count: int) -> Column:
        """Numbers in the form by which they are compared: nobody else need bring them into it."""
        numbers = self._numbers("{}", 1_000_000, 9_999_999, count)
        codes = self._any(words.MOBILE_CODES, count)
        return [f"+998{code}{number}" for code, number in zip(codes, numbers, strict=True)]

    def _dates(self, count: int) -> Column:
        days = [
            f"{year}-{month:02}-{day:02}"
            for year in range(1965, 2005)
            for month in range(1, 13)
            for day in range(1, 29)
        ]
        return self._any([*days, *[None] * len(days)], count)

    def _names(self, count: int) -> Column:
        """Firms and people, by turns."""
        people = (count + 1) // 2
        firms = zip(
            self._any(words.FIRM_NAMES, people),
            self._any(words.FIRM_NAMES, people),
            self._any(words.FIRM_TRADES, people),
            self._any(words.FIRM_FORMS, people),
            strict=True,
        )
        names = [""] * (2 * people)
        names[::2] = [f"{first} {second} {trade} {form}" for first, second, trade, form in firms]
        names[1::2] = self._people(people)
        return names[:count]

    def _people(self, count: int) -> Column:
        halves = (
            (words.MEN, "", "oʻgʻli"),
            (words.WOMEN, "a", "qizi"),
        )
        men, women = (
            [
                f"{family}{ending} {name} {father} {child}"
                for family, name, father in zip(
                    self._any(words.FAMILIES, count),
                    self._any(names, count),
                    self._any(words.MEN, count),
                    strict=True,
                )
            ]
            for names, ending, child in halves
        )
        return [men[place] if place % 2 else women[place] for place in range(count)]

    def _telegrams(self, count: int) -> Column:
        names = self._any([name.lower() for name in words.MEN + words.WOMEN], count)
        tails = self._numbers("_{}", 10, 99999, count)
        return [
            "@" + name.replace("ʻ", "").replace("ʼ", "") + tail
            for name, tail in zip(names, tails, strict=True)
        ]

    def _addresses(self, count: int) -> Column:
        streets = self._any(words.STREETS, count)
        houses = self._numbers("{}-uy", 1, 220, count)
        return [
            f"{street} koʻchasi, {house}" for street, house in zip(streets, houses, strict=True)
        ]

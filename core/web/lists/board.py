"""A list as a board: a lane for each value of one field, with some cards each."""

from typing import TYPE_CHECKING, Any

from flask import abort
from markupsafe import Markup
from peewee import BooleanField

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.scope import in_reach
from core.exchange.groups import UNSEEN, Group, Grouping
from core.exchange.selection import Page, Selection
from core.formats import format_integer
from core.i18n import _
from core.web.lists.grouping import OPENED, group_title
from core.web.lists.moves import targets
from core.web.slots import beside

if TYPE_CHECKING:
    from core.web.lists.listing import Listing

CARDS = 20  # in a lane
MOST_LANES = 12
FIELDS = 3  # on a card, where the screen names none


class Board:
    """The board of one listing."""

    def __init__(self, listing: "Listing") -> None:
        self.listing = listing
        self.view = listing.view
        field = listing.selection.fields.get(self.view.board_by)
        if field is None:
            abort(404)
        self.grouping = Grouping(field)
        self.names = self._names()
        self.stored = [name for name in self.names if name in listing.selection.fields]

    def _names(self) -> list[str]:
        """The columns of a card, the name of the record first."""
        first, *others = self.listing.names
        others = [name for name in others if name != self.view.board_by][:FIELDS]
        selection = self.listing.selection
        known = selection.fields.keys() | selection.computed.keys()
        named = [name for name in self.view.board_fields if name in known and name != first]
        return [first, *(named or others)]

    def page(self) -> dict[str, Any]:
        """What stands in `page` of the list for the board."""
        groups, is_cut = self._groups()
        pages = [self._cards(group) for group in groups]
        cards = self._shown([row for page in pages for row in page.rows])
        titles = {self.grouping.word(g.key): self._title(g) for g in groups}
        lanes = [
            self._lane(group, page, cards, titles)
            for group, page in zip(groups, pages, strict=True)
        ]
        total = sum(group.count for group in groups)
        return {
            "board": {"lanes": lanes, "is_cut": is_cut, "asked": self.listing.query()},
            "rows": [],
            "total": format_integer(total),
            "empty": not total and not self.listing.is_narrowed,
        }

    def _groups(self) -> tuple[list[Group], bool]:
        """The lanes, those too in which nothing stands; whether there are more."""
        counted = self.grouping.count(self.listing.selection, self.view.column_totals)
        if OPENED in self.listing.args:
            wanted = self.grouping.read(self.listing.args[OPENED])
            found = [group for group in counted.groups if group.key == wanted]
            return found or [Group(wanted, 0)], False
        found = [group for group in counted.groups if group.key is not UNSEEN]
        by_key = {group.key: group for group in found}
        if every := self._every():
            found = [by_key.pop(key, Group(key, 0)) for key in every] + list(by_key.values())
        return found[:MOST_LANES], len(found) > MOST_LANES or counted.is_cut

    def _every(self) -> list[Any]:
        """All values that the field can have, where they are few."""
        if isinstance(self.grouping.field, BooleanField):
            return [True, False]
        return [value for value, _title in self.grouping.field.choices or ()]

    def _title(self, group: Group) -> Any:
        return group_title(self.listing, self.grouping, group)

    def _cards(self, group: Group) -> Page:
        if not group.count:
            return Page([], None, None)
        fields = self.view.model._meta.fields
        columns = [*(fields[name] for name in self.stored), fields["version"]]
        return self._selection(group).page(*columns)

    def _selection(self, group: Group) -> Selection:
        condition = self.grouping.condition(group.key)
        return self.listing.selection.within(condition, limit=CARDS)

    def _shown(self, rows: list[tuple[Any, ...]]) -> dict[int, dict[str, Any]]:
        """The cards by the ids of their records."""
        columns = {
            name: [Markup(text) for text in texts]  # noqa: S704 - escaped by the listing
            for name, texts in self.listing.shown(self.names, rows).items()
        }
        first, *others = self.names
        labels = [self.listing.title_of(name) for name in others]
        ids = [row[0] for row in rows]
        movable, said = self._movable(ids), beside("board.card", self.view.model, ids)
        return {
            row[0]: {
                "id": row[0],
                "version": row[-1],
                "name": columns[first][n] or f"№ {row[0]}",
                "facts": [
                    (label, columns[name][n])
                    for label, name in zip(labels, others, strict=True)
                    if columns[name][n]
                ],
                "can_move": row[0] in movable,
                "beside": said.get(row[0], ""),
            }
            for n, row in enumerate(rows)
        }

    def _movable(self, ids: list[int]) -> set[int]:
        """Those that their reader may change, by one query where a rule narrows them."""
        if current_policy().reach(self.view.model, current_actor(), "u") is None:
            return set(ids)
        return in_reach(self.view.model, ids, "u")

    def _lane(
        self, group: Group, page: Page, cards: dict[int, Any], titles: dict[str, Any]
    ) -> dict[str, Any]:
        word = self.grouping.word(group.key)
        open_to = targets(self.view, self.grouping, group.key, titles)
        more = {OPENED: word, "after": page.next}
        return {
            "word": word,
            "title": self._title(group),
            "count": format_integer(group.count),
            "totals": self.listing.totals_of(group),
            "cards": [cards[row[0]] for row in page.rows],
            "targets": [(to, titles[to]) for to in open_to],
            "more_url": self.listing.url(**more) if page.next else None,
            "all_url": self.listing.url(**{OPENED: None}) if OPENED in self.listing.args else None,
            "said": _("Nothing stands here"),
        }

"""Print what a list shows: its columns, filters and order, on paper that lies on its side."""

from typing import Any

from flask import Response, current_app, g
from flask_admin import expose

from core.data.fields import now
from core.exchange.exports.gathering import Batch
from core.formats import format_integer
from core.paper.documents import plain
from core.paper.printer import printer_in
from core.paper.templates import paper_of
from core.web.lists.exporting import Taken
from core.web.records.printing import column_texts, house, is_number, pdf, text_of

MOST_ON_PAPER = 300  # records: a dozen pages, two seconds of work
NARROWEST, WIDEST = 6, 36  # letters for which a column gets room


class ListPrinting:
    """The address at which a list is printed."""

    @expose("/print.pdf")
    def print_list_view(self: Any) -> Response:
        """The list as a PDF, for whoever may take it out."""
        g.place = self.place
        taken = Taken(self, "pdf")
        batch = taken.first(MOST_ON_PAPER)
        moment = now()
        data = plain({"house": house(), "printed": moment, **_table(taken, batch)})
        paper = paper_of("print/list.html", data, str(self.title), moment.isoformat())
        return pdf(printer_in(current_app.config["KARVON"].paths.var).print(paper), paper.title)


def _table(taken: Taken, batch: Batch) -> dict[str, Any]:
    """What fills `print/list.html`."""
    fields, total = taken.gathering.fields, len(taken.ids)
    columns = {
        name: column_texts(fields[name], values)
        if name in fields
        else [text_of(value) for value in values]
        for name, values in ((name, batch.values[name]) for name in taken.gathering.names)
    }
    titles = {name: str(taken.listing.title_of(name)) for name in columns}
    rooms = {name: _room(titles[name], texts) for name, texts in columns.items()}
    heads = [
        {
            "title": titles[name],
            "is_number": name in fields and is_number(fields[name]),
            "width": round(100 * rooms[name] / sum(rooms.values()), 1),
        }
        for name in columns
    ]
    return {
        "asked": taken.listing.asked_for(),
        "total": format_integer(total),
        "shown": format_integer(len(batch.ids)) if len(batch.ids) < total else "",
        "heads": [{**head, "width": str(head["width"])} for head in heads],
        "rows": [list(row) for row in zip(*columns.values(), strict=True)],
    }


def _room(title: str, texts: list[str]) -> int:
    """How many letters a column has room for: nine of ten of its texts, and any one word."""
    lengths = sorted(map(len, texts)) or [0]
    usual = lengths[len(lengths) * 9 // 10]
    longest = max((len(word) for text in (title, *texts) for word in text.split()), default=0)
    return min(max(usual, longest + 1, NARROWEST), WIDEST)

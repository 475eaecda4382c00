"""The screens of contacts."""

from typing import Any

from addons.contacts.models import Contact, Email, Tag
from core.api import ME, Menu, ModelView, Tile, _, display_telephone, lines_of, telephone_url

contacts_menu = Menu("contacts", _("Contacts"), icon="users", position=10)


class ContactView(ModelView):
    """Customers, suppliers and the people there."""

    model = Contact
    menu = contacts_menu
    position = 10
    title = _("Contacts")
    icon = "users"
    avatars = True
    placeholder = _("Name, telephone, tax id or e-mail")
    tiles = (
        Tile(_("My customers"), "user", {"owner": ME}),
        Tile(_("Leads"), "funnel", {"status": "lead"}),
        Tile(_("Regular buyers"), "star", {"status": "regular"}),
        Tile(_("Quiet customers"), "bell", {"status": "quiet"}),
    )
    column_list = ("name", "telephone", "city", "status", "parent", "owner")
    column_filters = (
        "status",
        "kind",
        "city",
        "region",
        "owner",
        "team",
        "is_customer",
        "is_supplier",
    )
    board_by = "status"
    board_fields = ("telephone", "city", "owner")
    column_places = {"telephone": "tel at-sub", "status": "at-foot"}
    state_tones = {
        "status": {
            "lead": "is-teal",
            "active": "is-info",
            "regular": "is-ok",
            "quiet": "is-warn",
            "closed": "is-mute",
        }
    }
    details_sections = (
        (
            _("How to reach"),
            ("telephones", "emails", "telegram", "channel", "language", "greeting"),
        ),
        (_("Where"), ("address", "city", "region", "postal_code", "country")),
        (
            _("Who it is"),
            ("kind", "parent", "job", "birthday", "is_customer", "is_supplier", "is_other"),
        ),
        (_("Papers"), ("tax_id", "bank_account", "bank_code", "reference")),
        (_("With us"), ("owner", "team", "tags", "note")),
    )
    vcard_by = {
        "fn": "name",
        "org": "parent",
        "title": "job",
        "tel": "telephones.number",
        "email": "emails.address",
        "street": "address",
        "city": "city",
        "region": "region",
        "code": "postal_code",
        "country": "country",
        "bday": "birthday",
        "note": "note",
    }
    import_names = {
        "name": "full name, company, company name, mijoz, mijoz nomi, fio, клиент, наименование",
        "telephones.number": "phone, tel, mobile, тел, телефон, мобильный, telefon raqami",
        "emails.address": "mail, email, e mail, pochta, почта",
        "tax_id": "inn, stir, инн, стир, tin, vat id, tax number",
        "city": "town, shahar, город",
        "region": "oblast, область, viloyat, state, province",
        "owner": "manager, menejer, менеджер, ответственный",
        "parent": "organization, employer, ish joyi, организация, место работы",
        "job": "title, position, должность, lavozim",
        "note": "notes, comment, izoh, комментарий",
        "birthday": "birth date, дата рождения, tugilgan kun",
        "reference": "code, kod, код, customer id",
        "postal_code": "zip, postcode, indeks, индекс",
    }
    calendar_by = "birthday"
    calendar_yearly = True
    new_title = _("New contact")
    form_sections = (
        (
            _("Who it is"),
            _("A company or a person, and what they are to us."),
            ("name", "kind", "is_customer", "is_supplier", "status", "parent", "job", "birthday"),
        ),
        (
            _("How to reach"),
            _("The first number is the one that is called from the list."),
            ("telephones", "emails", "telegram", "channel", "language", "greeting"),
        ),
        (_("Where"), "", ("address", "city", "region", "postal_code", "country")),
        (
            _("Papers"),
            _("These stand on contracts and invoices."),
            ("tax_id", "bank_account", "bank_code", "reference"),
        ),
        (_("With us"), "", ("owner", "team", "tags", "note")),
    )
    related = ((_("People there"), "people"),)

    def subtitle(self, record: Contact) -> str:
        return " · ".join(part for part in (record.job, record.city) if part)

    def contact_actions(self, record: Contact) -> list[dict[str, Any]]:
        actions = []
        if record.telephone:
            url = telephone_url(record.telephone)
            label = display_telephone(record.telephone)
            actions.append({"icon": "phone", "title": _("Call"), "label": label, "url": url})
        if record.telegram:
            url = f"https://t.me/{record.telegram.lstrip('@')}"
            actions.append({"icon": "telegram", "label": _("Telegram"), "url": url})
        if mails := lines_of(Email.contact, [record.id], Email.address):
            url = f"mailto:{mails[0][1]}"
            actions.append({"icon": "mail", "label": _("Write"), "url": url})
        return actions


class TagView(ModelView):
    """The words by which contacts are grouped."""

    model = Tag
    menu = contacts_menu
    position = 20
    title = _("Tags")
    icon = "tag"
    on_home = False
    column_list = ("name",)
    new_title = _("New tag")

"""A field is there, and gone, in every worker of a running server with the next request."""

LIST = "/contacts/contact/"
FIELDS = "/studio/custom_field/"
FIELD = {"name": "Mijoz kodi", "records": "contacts.contact", "kind": "text", "column": "kod"}


def _shown(visitor, times=40):
    """Whether the form names the field, as each of so many answers says."""
    return {"x_kod" in visitor.get(f"{LIST}new").text for _ in range(times)}


def test_three_workers_show_a_new_field_and_hide_an_archived_one(shell):
    served = shell.serve("--workers", "3")
    admin = shell.admin(served)
    assert _shown(admin) == {False}
    assert admin.post(f"{FIELDS}new", FIELD, page=f"{FIELDS}new").status == 303
    assert _shown(admin) == {True}
    made = admin.post(f"{LIST}new", {"name": "Bahor", "x_kod": "B-7"}, page=f"{LIST}new")
    assert made.status == 303
    place = made.headers["location"]
    assert {"B-7" in admin.get(place).text for _ in range(20)} == {True}
    assert admin.post(f"{FIELDS}1/archive", page=f"{FIELDS}1").status == 303
    assert _shown(admin) == {False}
    assert {"B-7" in admin.get(place).text for _ in range(20)} == {False}
    assert admin.post(f"{FIELDS}1/restore", page=f"{FIELDS}1").status == 303
    assert {"B-7" in admin.get(place).text for _ in range(20)} == {True}
    served.stop()
    assert served.complained() == ""

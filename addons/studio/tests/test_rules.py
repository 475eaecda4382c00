"""Rules: what happens by itself when a record is made or changed."""

LIST = "/contacts/contact/"
NOTICE = {"kind": "notice", "to": "author", "text": "Yangi: {{ record.name }}, {{ record.city }}"}
FROM_BUXORO = {"field": "contacts.contact.city", "operator": "is", "value": "Buxoro"}


def test_a_new_record_that_fits_brings_a_notice_to_the_author(automate, work):
    browser = automate(conditions=[FROM_BUXORO], actions=[NOTICE])
    browser.post(f"{LIST}new", {"name": "Bahor", "city": "Buxoro"})
    browser.post(f"{LIST}new", {"name": "Kuz", "city": "Navoiy"})
    work()
    notices = automate.designer.get("/notices").text
    assert "Yangi: Bahor, Buxoro" in notices
    assert "Kuz" not in notices
    log = automate.designer.get("/studio/run/").text
    assert "Bahor" in log
    assert "Kuz" not in log

"""A record that was read is as it stands: nothing of it counts as changed."""


def test_a_record_read_for_an_action_writes_only_what_is_changed(working, query_count):
    model = working.model("contacts.contact")
    id = model.create(name="Bahor", city="Buxoro").id
    record = model.reached(id, "u")
    assert record.save() == 0
    record.city = "Nukus"
    with query_count:
        record.save()
    begins = f'(\'UPDATE "{model._meta.table_name}"'
    [update] = [text for text in query_count.statements if begins in text]
    assert "bank_account" not in update

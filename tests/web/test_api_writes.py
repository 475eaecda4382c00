"""Other programs write records by the API: whole, all or nothing, and no more than they may."""

import pytest

CONTACTS = "/api/v1/contacts/contact"


def count(working, name="contact"):
    return working.model(f"contacts.{name}").select().count()


@pytest.mark.requirement("M8")
def test_a_contact_needs_only_a_name_and_comes_back_whole(program, working):
    answer = program("contacts.manager")("POST", CONTACTS, {"name": "Bahor"})
    assert answer.status_code == 201
    assert answer.json["id"]
    assert answer.json["version"] == 1
    assert (answer.json["name"], answer.json["kind"], answer.json["telephones"]) == (
        "Bahor",
        "company",
        [],
    )


@pytest.mark.requirement("M8")
def test_lines_are_written_with_their_record_found_and_told(program, working):
    tag = working.model("contacts.tag").create(name="Ulgurji")
    call = program("contacts.manager")
    made = call(
        "POST",
        CONTACTS,
        {
            "name": "Bahor",
            "telephones": [{"number": "+998901234501"}, {"number": "x", "kind": "fax"}],
            "emails": [{"address": "a@example.uz"}],
            "tags": [{"tag": tag.id}],
        },
    ).json
    assert [line["number"] for line in made["telephones"]] == ["+998901234501", "x"]
    assert made["tags"][0]["tag"] == {"id": tag.id, "name": "Ulgurji"}
    found = call("GET", f"{CONTACTS}?search=901234501").json["items"]
    assert [each["id"] for each in found] == [made["id"]]
    first = made["telephones"][0]
    body = {
        "version": made["version"],
        "telephones": [{"id": first["id"], "kind": "work"}, {"number": "3"}],
    }
    changed = call("PATCH", f"{CONTACTS}/{made['id']}", body).json
    assert [(line["id"] == first["id"], line["kind"]) for line in changed["telephones"]] == [
        (True, "work"),
        (False, "mobile"),
    ]
    assert changed["version"] > made["version"]
    assert len(changed["emails"]) == 1


def test_a_change_carries_the_version_and_meets_both_when_it_is_stale(program, working):
    call = program("contacts.manager")
    made = call("POST", CONTACTS, {"name": "Bahor"}).json
    one = f"{CONTACTS}/{made['id']}"
    missing = call("PATCH", one, {"city": "Buxoro"})
    assert missing.status_code == 400
    assert missing.json["errors"][0]["pointer"] == "#/version"
    changed = call("PATCH", one, {"city": "Buxoro", "version": 1})
    assert (changed.status_code, changed.json["city"], changed.json["version"]) == (
        200,
        "Buxoro",
        2,
    )
    stale = call("PATCH", one, {"city": "Andijon", "version": 1})
    assert stale.status_code == 409
    assert stale.json["current"]["city"] == "Buxoro"
    assert stale.json["sent"] == {"city": "Andijon", "version": 1}
    assert call("GET", one).json["city"] == "Buxoro"


def test_everything_that_is_wrong_is_named_at_once(program, working):
    body = [
        {"name": "Bahor"},
        {"name": 7, "kind": "robot", "is_customer": "yes", "parent": 999, "birthday": "soon"},
        {"city": None, "telephones": [{"number": 1, "normal": "2"}, 3], "emails": {}},
    ]
    answer = program("contacts.manager")("POST", CONTACTS, body)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert {each["pointer"] for each in answer.json["errors"]} == {
        *("#/1/name", "#/1/kind", "#/1/is_customer", "#/1/parent", "#/1/birthday"),
        *("#/2/name", "#/2/city", "#/2/telephones/0/number", "#/2/telephones/0/normal"),
        *("#/2/telephones/1", "#/2/emails"),
    }
    assert count(working) == 0


def test_a_value_that_does_not_fit_is_told_from_a_field_that_is_not_to_be_written(program):
    call = program("contacts.manager")
    assert call("POST", CONTACTS, {"name": ""}).status_code == 422
    assert call("POST", CONTACTS, {"name": "x", "\ud800": 1}).status_code == 400
    assert call("POST", CONTACTS, {"name": "\ud800"}).status_code == 422
    assert call("POST", CONTACTS, {"name": "a\0b"}).status_code == 422


@pytest.mark.attack(15)
@pytest.mark.parametrize("name", ["id", "created_by", "version", "archived_at", "updated_at"])
def test_what_the_program_keeps_itself_is_not_written(program, working, name):
    call = program("admin")
    assert call("POST", CONTACTS, {"name": "Bahor", name: 1}).status_code == 400
    assert count(working) == 0


@pytest.mark.attack(15)
def test_a_user_gets_neither_roles_nor_a_login_by_the_api(program, working):
    call = program("admin")
    me = f"/api/v1/core/user/{call.user.id}"
    version = call("GET", me).json["version"]
    for name, value in (("roles", []), ("login", "x"), ("is_active", False), ("is_admin", True)):
        assert call("PATCH", me, {"version": version, name: value}).status_code == 400
    assert call("POST", "/api/v1/core/user", {"name": "x", "login": "x"}).status_code == 403
    assert program("contacts.own")("PATCH", me, {"version": version}).status_code == 403


@pytest.mark.attack(14)
def test_a_batch_with_one_foreign_record_changes_nothing(program, working):
    contact = working.model("contacts.contact")
    call = program("contacts.own")
    mine = call("POST", CONTACTS, {"name": "Mine"}).json
    foreign = contact.create(name="Foreign")
    batch = [{"id": id, "version": 1, "city": "Buxoro"} for id in (mine["id"], foreign.id)]
    assert call("PATCH", CONTACTS, batch).status_code == 404
    assert {each.city for each in contact.select()} == {""}
    made = [{"name": "A"}, {"name": "B", "owner": program("contacts.own").user.id}]
    others = call("POST", CONTACTS, made)
    assert others.status_code in (403, 422)
    assert count(working) == 2


@pytest.mark.attack(4)
@pytest.mark.attack(5)
def test_a_foreign_record_is_as_missing_to_writes_as_one_that_never_was(program, working):
    foreign = working.model("contacts.contact").create(name="Foreign")
    call = program("contacts.own")
    for id in (foreign.id, 999_999, 2**40):
        assert call("PATCH", f"{CONTACTS}/{id}", {"version": 1, "city": "x"}).status_code == 404
        assert call("DELETE", f"{CONTACTS}/{id}").status_code == 404
    fresh = working.model("contacts.contact").get_by_id(foreign.id)
    assert (fresh.version, fresh.city, fresh.archived_at) == (1, "", None)


def test_a_list_is_made_whole_or_not_at_all(program, working):
    call = program("contacts.manager")
    made = call("POST", CONTACTS, [{"name": "A", "reference": "1"}, {"name": "B"}])
    assert made.status_code == 201
    assert [each["name"] for each in made.json] == ["A", "B"]
    again = call("POST", CONTACTS, [{"name": "C"}, {"name": "D", "reference": "1"}])
    assert again.status_code == 422
    assert again.json["errors"][0]["pointer"] == "#/1/reference"
    assert count(working) == 2
    both = call("PATCH", CONTACTS, [{"id": e["id"], "version": 1, "city": "x"} for e in made.json])
    assert [each["city"] for each in both.json] == ["x", "x"]


def test_deleting_archives_a_business_record(program, working):
    call = program("contacts.manager")
    one = f"{CONTACTS}/{call('POST', CONTACTS, {'name': 'Bahor'}).json['id']}"
    for _time in (1, 2):
        answer = call("DELETE", one)
        assert (answer.status_code, answer.data) == (204, b"")
    assert call("GET", one).json["archived_at"]
    assert call("GET", CONTACTS).json["items"] == []


def test_lines_have_no_writing_address_of_their_own(program):
    answer = program("contacts.manager")("POST", "/api/v1/contacts/telephone", {"number": "1"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize("body", ["x", 1, [], [1], None])
def test_a_body_that_holds_no_objects_is_refused(program, body):
    assert program("contacts.manager")("POST", CONTACTS, body).status_code in (400, 415)


def test_a_key_lets_a_request_be_sent_twice_and_done_once(program, working):
    call, key = program("contacts.manager"), {"Idempotency-Key": "k-1"}
    first = call("POST", CONTACTS, {"name": "Bahor"}, **key)
    second = call("POST", CONTACTS, {"name": "Bahor"}, **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    other = call("POST", CONTACTS, {"name": "Other"}, **key)
    assert other.status_code == 422
    assert count(working) == 1
    assert (
        program("contacts.manager")("POST", CONTACTS, {"name": "Bahor"}, **key).json["id"]
        != (first.json["id"])
    )


def test_a_key_under_which_nothing_was_done_is_free(program, working):
    call, key = program("contacts.manager"), {"Idempotency-Key": "k-2"}
    assert call("POST", CONTACTS, {"name": ""}, **key).status_code == 422
    assert call("POST", CONTACTS, {"name": "Bahor"}, **key).status_code == 201
    assert call("POST", CONTACTS, {"name": "Bahor"}, **{"Idempotency-Key": ""}).status_code == 400

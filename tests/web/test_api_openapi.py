"""The OpenAPI document says what its reader may do, and no more."""

import pytest

DOCUMENT = "/api/v1/openapi.json"
EVERY = "/contacts/contact"


@pytest.mark.requirement("M8")
def test_the_document_holds_what_a_manager_reads_and_writes(program):
    document = program("contacts.manager")("GET", DOCUMENT).json
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"][EVERY]) == {"get", "post", "patch"}
    assert {"get", "patch", "delete"} <= set(document["paths"][f"{EVERY}/{{id}}"])
    new = document["components"]["schemas"]["contacts.contact.new"]
    assert new["required"] == ["name"]
    assert new["properties"]["kind"]["enum"] == ["company", "person"]
    assert "number" in new["properties"]["telephones"]["items"]["properties"]
    assert "created_by" not in new["properties"]
    asked = {each["name"]: each["schema"] for each in document["paths"][EVERY]["get"]["parameters"]}
    assert {"name", "-name"} <= set(asked["sort"]["enum"])
    assert "tag_names" in asked["fields"]["items"]["enum"]
    tags = document["paths"]["/contacts/contact_tag"]["get"]["parameters"]
    assert "search" not in {each["name"] for each in tags}


def test_the_document_names_nothing_that_its_reader_may_not_use(program):
    assert EVERY not in program()("GET", DOCUMENT).json["paths"]
    own = program("contacts.own")("GET", DOCUMENT).json
    assert set(own["paths"]["/contacts/tag"]) == {"get"}
    user = own["components"]["schemas"]["core.user"]["properties"]
    assert not {"email", "telephone", "roles", "is_active"} & user.keys()

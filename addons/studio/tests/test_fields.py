"""Fields that an administrator adds: a column of the database, everywhere, without code."""

LIST = "/contacts/contact/"


def test_a_field_of_text_stands_in_form_list_page_and_api_of_contacts(design):
    browser = design(in_list="1", title_en="Customer code")
    answer = browser.post(f"{LIST}new", {"name": "Bahor", "x_customer_code": "B-7"})
    assert answer.status_code == 303, answer.text
    assert "Customer code" in browser.get(f"{LIST}new").text
    page = browser.get(answer.location).text
    assert "Customer code" in page
    assert "B-7" in page
    listed = browser.get(f"{LIST}?x_customer_code=B-7").text
    assert "Customer code" in listed
    assert "B-7" in listed
    assert "B-7" not in browser.get(f"{LIST}?x_customer_code=C").text.split("</thead>")[-1]

"""What the OpenAPI document says of the API is kept, whatever a program sends."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.testing.instances import BASE_URL

EXAMPLES, MANY = 20, 200  # of each operation; many under --full
SHARES = 4  # each database gets half of what fits the document, and half of what does not
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.requirement("M8")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_api_answers_as_its_document_says(app, program, contact, request, mode):
    headers = {"Authorization": f"Bearer {program('admin').token}"}
    examples = MANY if request.config.getoption("--full") else EXAMPLES
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", app, headers=headers, base_url=BASE_URL
    )
    tried = [
        try_out(operation.ok(), mode, examples // SHARES, headers, request.node.name)
        for operation in schema.get_all_operations()
    ]
    assert len(tried) > 20


def try_out(operation, mode, examples, headers, seed):
    """Call the operation with made-up requests, which fit its document or do not, and always the
    same ones.
    """
    known = {"id": 1} if mode is GenerationMode.POSITIVE and operation.path_parameters else None
    requests = operation.as_strategy(mode, path_parameters=known)

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests)
    def call(case):
        case.call_and_validate(base_url=f"{BASE_URL}/api/v1", headers=headers, checks=CHECKS)

    call()

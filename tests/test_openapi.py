"""Requests that schemathesis makes up from the OpenAPI description, against the application."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from kg.settings import Settings
from kg.web import create_app

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def described(built: Settings) -> Any:
    return schemathesis.openapi.from_wsgi("/static/openapi.json", create_app(built))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_interface_is_as_described(described: Any, method: str) -> None:
    operations = [o.ok() for o in described.get_all_operations() if o.ok().method.upper() == method]
    assert operations
    for operation in operations:
        @given(case=operation.as_strategy())
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        def agrees(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        agrees()


def test_the_description_covers_what_programs_use(described: Any) -> None:
    assert {"/sparql", "/graph-store", "/graph/{name}", "/health"} <= set(described.raw_schema["paths"])

"""What of the document has been seen to happen in the whole run: a new route must have its tests."""

import pytest

pytestmark = pytest.mark.alone

# Faults of the server, which a healthy one does not show.
NOT_ASKED = {"INTERNAL_ERROR", "OVERLOADED", "DEPENDENCY_UNAVAILABLE"}


@pytest.mark.every_operation
def test_every_operation_has_succeeded(contract, operation):
    assert [status for name, status, _ in contract.seen if name == str(operation) and status < 400]


@pytest.mark.every_operation
def test_every_error_an_operation_documents_has_been_provoked(contract, operation):
    documented = {
        (status, code) for status, code in operation.error_codes(contract.document) if code not in NOT_ASKED
    }
    seen = {(status, code) for name, status, code in contract.seen if name == str(operation)}
    assert documented - seen == set()


@pytest.mark.every_program
def test_nothing_ever_was_an_internal_error(contract):
    assert {seen for seen in contract.seen if seen[1] == 500} == set()

"""Tests that must not meet stay together on one worker, or the run says that they do not."""

import os

import pytest


@pytest.mark.xdist_group("companions")
def test_worker_knows_the_group_of_a_test(request: pytest.FixtureRequest):
    on_a_worker = "PYTEST_XDIST_WORKER" in os.environ

    assert request.node.nodeid.endswith("@companions") == on_a_worker

"""With CI=true a test that should have run and was skipped is a failure; `@pytest.mark.may_skip(reason)` excuses it."""

import os
from collections.abc import Generator
from typing import Any

import pytest

IN_CI = os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A skipped test."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("may_skip"):
        fail_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """A whole file that skipped itself."""
    report = yield
    if report.skipped:
        fail_in_ci(report)
    return report


def fail_in_ci(report: Any) -> None:
    """Turn a skip into a failure that tells its reason."""
    if IN_CI:
        report.outcome = "failed"
        report.longrepr = f"skipped although CI=true: {report.longrepr}"

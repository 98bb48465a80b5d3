"""What is said of the crash matrix in the end: its seed, how many points, and how to run each failing one alone."""

import pytest

from tests.crash.matrix import SUMMARY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Also where the tests ran in other processes: what they say travels with their reports."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [str(words) for report in reports for name, words in report.user_properties if name == SUMMARY]
    if lines:
        terminalreporter.section("crash matrix")
        terminalreporter.write_line("\n".join(sorted(lines)))

"""Print every claim with its measured value at the end of a run."""


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed", "skipped") for report in terminalreporter.getreports(kind)]
    lines = {value for report in reports for name, value in report.user_properties if name == "claim"}
    if lines:
        terminalreporter.section("claims")
        for line in sorted(lines):
            terminalreporter.line(line)

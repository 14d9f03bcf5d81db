"""Where pytest finds the harness; tests/README.md tells how to write a test with it."""

pytest_plugins = [
    "tests.harness.database",
    "tests.harness.browsing",
    "tests.harness.clients",
    "tests.harness.backups",
]

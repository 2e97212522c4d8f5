"""The HTTP control API for tests and scripts, under /emulator/api; emulator/README.md describes it."""

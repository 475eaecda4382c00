"""The pytest plugin of Karvon and its addons, loaded by `-p core.testing`.

The throwaway cluster, which verbs use as well, imports no pytest; nor does this file.
"""

pytest_plugins = [
    "core.testing.browser",
    "core.testing.clock",
    "core.testing.databases",
    "core.testing.demo",
    "core.testing.folders",
    "core.testing.http",
    "core.testing.imap",
    "core.testing.instances",
    "core.testing.jobs",
    "core.testing.mail",
    "core.testing.options",
    "core.testing.redis",
    "core.testing.scratch",
    "core.testing.servers",
]

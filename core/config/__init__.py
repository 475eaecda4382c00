"""The settings of one instance, as one frozen value."""

from core.config.loading import load_settings, without_instance
from core.config.sections import Files, Http, Locale, Logs, Mail, Server, Settings
from core.config.values import MEGABYTE, ROOT

__all__ = [
    "MEGABYTE",
    "ROOT",
    "Files",
    "Http",
    "Locale",
    "Logs",
    "Mail",
    "Server",
    "Settings",
    "load_settings",
    "without_instance",
]

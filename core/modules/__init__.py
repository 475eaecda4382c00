"""Addons: found, ordered, registered, switched on and off."""

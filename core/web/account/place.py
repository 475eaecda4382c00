"""Where passkeys are for: the address of this instance, as its settings say it."""

from flask import current_app

from core.access.factors.passkeys import Place, place_of


def this_place() -> Place:
    return place_of(current_app.config["KARVON"].server.base_url)

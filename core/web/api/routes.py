"""Hang the addresses of the API into an app."""

from flask import Blueprint, Flask

from core.web.api import openapi, reading, writing
from core.web.api.entrance import api

ROOMS = (openapi, reading, writing)  # importing them gives the blueprint its addresses


def add_api(app: Flask) -> Blueprint:
    app.register_blueprint(api)
    return api

"""The addresses of what administrators do with users."""

from flask import Flask

from core.web.users import away, deeds, leaving


def add_users(app: Flask) -> None:
    for word, deed in deeds.DEEDS.items():
        app.add_url_rule(
            f"/users/<int:id>/{word}", f"{word}_user", deeds.done(deed), methods=["POST"]
        )
    for word, deed in deeds.ENDS.items():
        address = f"/users/<int:id>/{word}/<int:other>/end"
        app.add_url_rule(address, f"end_{word}_of_user", deeds.done(deed), methods=["POST"])
    app.add_url_rule("/users/<int:id>/leave", "ask_leave", leaving.leave)
    app.add_url_rule("/users/<int:id>/leave", "leave", leaving.leave_now, methods=["POST"])
    app.add_url_rule("/users/<int:id>/away", "ask_away", away.away)
    app.add_url_rule("/users/<int:id>/away", "keep_away", away.away_check, methods=["POST"])

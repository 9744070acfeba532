"""The WSGI application; ``python server.py`` serves it."""

from kg.settings import Settings
from kg.web import create_app, serve

app = create_app(Settings.from_env())

if __name__ == "__main__":
    serve(Settings.from_env())

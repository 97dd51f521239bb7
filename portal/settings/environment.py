"""What the other settings are made of: where the portal lies, what it is called, and the environment's variables."""

from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
PORTAL_NAME = "Common Ground"
BASE_URL = env.str("BASE_URL", default="http://localhost:8000")

"""Print the API's own description, from which src/api/schema.d.ts is made (`npm run api`)."""

import json
import sys

from app.kit.config import Settings
from app.main import create_app

json.dump(create_app(Settings()).openapi(), sys.stdout)

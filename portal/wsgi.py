"""The WSGI entry point, with production settings unless DJANGO_SETTINGS_MODULE says otherwise."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()

# What is loaded now lives as long as the process: the collector need not walk it for every few requests.
gc.collect()
gc.freeze()

"""For processes under libfaketime, which refuses every time.sleep() once its clock has been stepped (0.9.10)."""

import threading
import time

time.sleep = lambda seconds: threading.Event().wait(seconds)  # type: ignore[assignment]

"""How the web server runs, wherever it is started: in the demo, in the image, in benches."""

import os
from pathlib import Path

# A process a core does the work; its threads wait for the database and for slow clients.
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 4
worker_class = "gthread"
keepalive = 15  # seconds that a browser, or a proxy, may keep its connection

# A process that has grown is replaced, and not all at the same moment.
max_requests, max_requests_jitter = 20_000, 2_000

# Heartbeats stay off the disk, which a full or slow one would let time out.
if Path("/dev/shm").is_dir():  # noqa: S108  # memory that every Linux has
    worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True

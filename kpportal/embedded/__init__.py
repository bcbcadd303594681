"""The PostgreSQL that comes with the portal: started on demand, shared, stopped by its last user.

Every process that uses a cluster holds a shared lock on its file `users.lock` for as long as it
lives; the kernel takes the lock away however the process ends. A small keeper process, one per
cluster, waits for the exclusive lock: it gets it when nobody is left, stops the server and goes.
So a server outlives neither its users nor a `kill -9` of them. A server whose keeper was killed
too is given a new one by the next start.
"""

from kpportal.embedded.place import EmbeddedError, database
from kpportal.embedded.server import Server, configured_data_dir, start, start_if_configured

__all__ = [
    "EmbeddedError",
    "Server",
    "configured_data_dir",
    "database",
    "start",
    "start_if_configured",
]

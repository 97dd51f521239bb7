"""`python -m benchmarks.soak` (`make soak`): fifty members post at once while the portal is killed under them.

A portal with production settings is served as in production: gunicorn, a task worker and the clock, each started again
when it ends, as a service manager does. Fifty members post through HTTP and send the same form again until it is
acknowledged. Meanwhile web server, worker and database backend are killed, and nothing may be lost or doubled.
"""

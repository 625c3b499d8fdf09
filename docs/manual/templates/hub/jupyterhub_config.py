# JupyterHub for a class on one machine, where each student has an account: /etc/sockrates-hub/jupyterhub_config.py
# docs/manual/hub.md says how it is used; the hub that the tests start reads this very file.
c = get_config()  # noqa: F821 (JupyterHub gives it)

# Browsers come here. A web server with TLS in front hands them on; without one, name ssl_key and ssl_cert, too.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

# Who may log in, with the password of the account: the members of a group of this machine.
c.LocalAuthenticator.allowed_groups = {"students"}

# A student's server may be slow to come when all begin at once.
c.Spawner.start_timeout = 120  # seconds
c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 20
# A hub that starts again finds the servers that run.
c.JupyterHub.cleanup_servers = False

# Debian has the pages of the classic notebook. Where JupyterLab is installed, leave this line out; then the option at the
# end is called --ServerApp.shutdown_no_activity_timeout.
c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp"}
c.Spawner.args = [
    # What a notebook may run. Without these three lines Python is offered, too.
    "--MultiKernelManager.default_kernel_name=sockrates",
    "--KernelSpecManager.allowed_kernelspecs=sockrates",
    "--KernelSpecManager.ensure_native_kernel=False",
    # A kernel speaks over sockets in its student's own folder, not over ports that everybody on this machine can reach.
    "--KernelManager.transport=ipc",
    # What nobody uses ends, by and by: a kernel after half an hour, the server an hour later.
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--MappingKernelManager.cull_interval=120",
    "--NotebookApp.shutdown_no_activity_timeout=3600",
]

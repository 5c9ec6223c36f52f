FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/production.txt requirements/
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --require-hashes --no-deps -r requirements/production.txt
COPY manage.py local_environment.py ./
COPY helpdesk helpdesk
COPY webhooks webhooks
COPY templates templates
COPY static static
COPY locale locale
# Everything that needs no database is set up here; these values are only for this step.
RUN STATIC_ROOT=/app/collected SECRET_KEY=for-the-build-only-0123456789-abcdefghijklmnop ALLOWED_HOSTS=localhost \
    DATABASE_URL=postgres://localhost/none /venv/bin/python manage.py setup --without-database

FROM python:3.11-slim
# pg_dump, pg_restore and psql in the version that docker-compose.yml runs; Debian's may be older.
ARG POSTGRES_VERSION=18
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-$POSTGRES_VERSION \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 \
    STATIC_ROOT=/app/collected PG_BIN_DIR=/usr/lib/postgresql/$POSTGRES_VERSION/bin
# Nothing is installed at run time.
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel
RUN useradd --system --uid 10001 --no-create-home helpdesk
COPY --from=build /venv /venv
COPY --from=build /app /app
# Files of users, and backups; each directory is a volume.
RUN install -d -o helpdesk -m 700 /app/var /backups
WORKDIR /app
USER helpdesk
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip()}), timeout=4)"]
CMD ["python", "manage.py", "serve"]

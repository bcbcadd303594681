# The portal in a container: the same set-up and the same server as `make run`, without demonstration
# data, against the PostgreSQL that DATABASE_URL names.
FROM python:3.11-slim AS setup
WORKDIR /srv/kpportal
COPY bootstrap.py requirements.lock requirements-dev.lock requirements-node.lock package.json package-lock.json ./
COPY setup/ setup/
RUN python3 bootstrap.py setup

FROM python:3.11-slim
WORKDIR /srv/kpportal
COPY . .
COPY --from=setup /srv/kpportal/.venv/ .venv/
COPY --from=setup /srv/kpportal/static/vendor/ static/vendor/
# Written at start: the collected static files, and outgoing mail where no mail server is named.
RUN mkdir -p staticfiles var && chown nobody staticfiles var
USER nobody
EXPOSE 8000
CMD [".venv/bin/python", "-m", "kpportal.serve", "--no-demo", "--host", "0.0.0.0"]

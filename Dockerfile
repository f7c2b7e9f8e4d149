# One image for web, worker and beat; docker-compose.yml says which of them a container is.

FROM node:24-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY scripts/build_static.mjs scripts/
COPY static static
COPY templates templates
RUN node scripts/build_static.mjs


FROM python:3.11-slim-bookworm
# What WeasyPrint sets the report with
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /var/lib/ruecklauf ruecklauf

WORKDIR /app
ENV PYTHONUNBUFFERED=1
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY . .
COPY --from=front-end /app/static/vendor static/vendor
# Building needs some secret, not the real one: what is made here goes with the folder it is made in.
RUN --mount=type=bind,from=front-end,source=/app/node_modules,target=node_modules \
    python scripts/build_fonts.py \
    && if [ -n "$(find locale -name '*.po')" ]; then pybabel compile --domain django --directory locale; fi \
    && MODE=embedded VAR_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity=0 \
    && rm -rf /tmp/build

USER ruecklauf
ENV MODE=production VAR_DIR=/var/lib/ruecklauf
EXPOSE 8000

# A link that nobody has: the answer passes through web server, Django and database, and changes nothing.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-c", "\
import http.client, os; \
web = http.client.HTTPConnection('127.0.0.1', 8000, timeout=8); \
web.request('GET', '/b/health', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}); \
raise SystemExit(web.getresponse().status >= 500)"]

# gunicorn.conf.py says the rest. No access log: it would hold every personal link.
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000"]

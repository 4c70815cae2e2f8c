# The interface and the book's fonts are made in one stage, the server runs in another.
FROM node:20-bookworm-slim AS interface
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend ./
RUN npm run build

FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/chapterhouse
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY migrations ./migrations
COPY samples ./samples
COPY scripts ./scripts
COPY --from=interface /build/frontend/dist ./frontend/dist
COPY --from=interface /build/frontend/node_modules/@expo-google-fonts ./frontend/node_modules/@expo-google-fonts
COPY --from=interface /build/frontend/node_modules/@fontsource-variable ./frontend/node_modules/@fontsource-variable
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && python scripts/fonts.py \
 && rm -rf frontend/node_modules \
 && useradd --system --create-home --home-dir /data chapterhouse
USER chapterhouse
ENV CHAPTERHOUSE_DATA_DIR=/data CHAPTERHOUSE_HOST=0.0.0.0 CHAPTERHOUSE_PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/ready', timeout=4)"]
CMD ["chapterhouse", "serve"]

# One image for the app, the scheduler and the workers: compose.yaml starts all three. See docs/hosting.md.
FROM python:3.11.15-slim-bookworm AS packages
WORKDIR /build
COPY requirements.lock ./
# Headers are needed only to compile extensions.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && rm -r /opt/venv/lib/python3.11/site-packages/tensorflow/include

FROM python:3.11.15-slim-bookworm
RUN useradd --uid 1000 --create-home --shell /usr/sbin/nologin lab \
    && install --directory --owner=1000 --group=1000 --mode=700 /rooms
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true \
    TF_CPP_MIN_LOG_LEVEL=3 \
    TF_ENABLE_ONEDNN_OPTS=0
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY .streamlit/config.toml ./.streamlit/
COPY app.py ./
COPY ensemble ./ensemble
COPY ui ./ui
COPY pages ./pages
USER 1000
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py"]

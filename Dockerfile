# Two images from one file:
#   docker build --target bot -t tickercast .           the bot, without TensorFlow
#   docker build --target training -t tickercast:train .  the same, with what nightly training needs
FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/app/.matplotlib DATA_DIR=/data LISTEN=0.0.0.0:8080 METRICS=0.0.0.0:9464 \
    UV_HTTP_TIMEOUT=300 UV_HTTP_RETRIES=10
RUN useradd --system --uid 10001 --create-home tickercast \
    && install -d -o tickercast -g tickercast -m 0700 /data
WORKDIR /app
RUN pip install --no-cache-dir --retries 10 uv==0.13.9
COPY requirements-bot.lock ./
RUN uv pip install --system --no-cache -r requirements-bot.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY forecasting forecasting
COPY localchat localchat
COPY storage storage
VOLUME /data
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m"]
CMD ["bot"]

FROM base AS training
COPY requirements.lock ./
RUN uv pip install --system --no-cache -r requirements.lock
# The font cache is built once here: at run time the file system may be read-only.
RUN python -c "from forecasting.charts.fan import warm_up; warm_up()" && chown -R tickercast /app
USER tickercast

FROM base AS bot
RUN python -c "from forecasting.charts.fan import warm_up; warm_up()" && chown -R tickercast /app
USER tickercast

# Two images from one file:
#   docker build --target bot -t tickercast .               the bot, without TensorFlow
#   docker build --target training -t tickercast:train .    the same, with what nightly training needs
# Packages are installed in a stage of their own, so that neither installer nor its cache is shipped;
# what is never loaded is taken out again (image/slim.sh).
FROM python:3.11-slim AS packages
ENV UV_HTTP_TIMEOUT=300 UV_HTTP_RETRIES=10 UV_LINK_MODE=copy
RUN apt-get update && apt-get install -y --no-install-recommends binutils \
    && pip install --no-cache-dir --retries 10 uv==0.13.9 && uv venv /opt/tickercast
COPY requirements-bot.lock image/slim.sh ./
# Compiled here: the file system is read-only at run time, and every start would compile anew.
RUN uv pip install --python /opt/tickercast/bin/python --no-cache -r requirements-bot.lock \
    && sh slim.sh /opt/tickercast/lib/python3.11/site-packages \
    && python -m compileall -q /opt/tickercast/lib/python3.11/site-packages

# Of TensorFlow only what a night imports is compiled, by importing it: all of it is 150 MB more.
FROM packages AS training-packages
COPY requirements-train.lock ./
RUN uv pip install --python /opt/tickercast/bin/python --no-cache -r requirements-train.lock \
    && sh slim.sh /opt/tickercast/lib/python3.11/site-packages \
    && KERAS_BACKEND=tensorflow /opt/tickercast/bin/python -c \
        "import keras, tf2onnx, optuna, distributed, tqdm; keras.Sequential([keras.layers.LSTM(1)])"

FROM python:3.11-slim AS base
# The font cache is kept with the data: elsewhere nothing can be written, and it would be made anew
# at every start. A new volume begins with the one that is made below.
ENV PATH=/opt/tickercast/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/data/cache/matplotlib DATA_DIR=/data LISTEN=0.0.0.0:8080 METRICS=0.0.0.0:9464
RUN useradd --system --uid 10001 --create-home tickercast \
    && install -d -o tickercast -g tickercast -m 0700 /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY forecasting forecasting
COPY localchat localchat
COPY storage storage
RUN python -m compileall -q bot forecasting localchat storage
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["python", "-m", "bot", "health"]
EXPOSE 8080 9464
ENTRYPOINT ["python", "-m"]
CMD ["bot"]

FROM base AS training
COPY --from=training-packages /opt/tickercast /opt/tickercast
USER tickercast
RUN python -c "from forecasting.charts.fan import warm_up; warm_up()"
VOLUME /data

FROM base AS bot
COPY --from=packages /opt/tickercast /opt/tickercast
USER tickercast
RUN python -c "from forecasting.charts.fan import warm_up; warm_up()"
VOLUME /data

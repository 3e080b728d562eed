#!/bin/sh
# Takes out of a folder of installed packages what neither the bot nor a night ever loads. The
# Dockerfile runs it in the layer that installs; `make image-test` then asks the image for every kind
# of answer. The licences (*.dist-info) stay. A name that is not there any more is no error: the
# limit on the image's size says when this list is out of date.
set -eu
cd "$1"

# Tests, and sources in C that were compiled already.
rm -rf pandas/tests pyarrow/tests matplotlib/tests numpy/tests numpy/*/tests numpy/*/*/tests tests \
    onnx/backend/test dask/tests dask/*/tests distributed/tests distributed/*/tests sqlalchemy/testing
find . -type f \( -name '*.c' -o -name '*.cpp' -o -name '*.h' -o -name '*.a' -o -name '*.pyx' \
    -o -name '*.pxd' -o -name '*.pxi' \) -delete

# pyarrow reads parquet files from this machine's disk: no clouds, no ORC, no RPC, no headers. Its
# own library comes three times under three names, and the one with the short number is asked for.
cd pyarrow
rm -rf include src libarrow_flight* libarrow_python_flight* _flight* libarrow_s3* _s3fs* _gcsfs* \
    _azurefs* _hdfs* _orc* _dataset_orc* _pyarrow_cpp_tests* _cuda*
for library in libarrow_python*.so; do
    if ls "$library".* > /dev/null 2>&1; then rm -f "$library" "$library".*.*.*; fi
done
cd ..

# Tables for debuggers, 50 MB of them.
find pyarrow curl_cffi -type f -name '*.so*' -exec strip --strip-unneeded {} +

# onnxruntime's Python module holds the whole runtime; the second copy is for programs in C.
rm -rf onnxruntime/capi/libonnxruntime.so* onnxruntime/transformers onnxruntime/quantization \
    onnxruntime/tools onnxruntime/datasets

# matplotlib draws PNG in our own typeface and DejaVu; of its sample data the bot's sample is made.
find matplotlib/mpl-data/sample_data -type f ! -name goog.npz -delete
rm -rf matplotlib/mpl-data/images matplotlib/mpl-data/fonts/afm matplotlib/mpl-data/fonts/pdfcorefonts \
    matplotlib/backends/web_backend
find matplotlib/mpl-data/fonts/ttf -type f ! -name 'DejaVuSans*' ! -name 'LastResort*' -delete
find fontTools -mindepth 1 -maxdepth 1 -type d ! -name misc -exec rm -rf {} +
rm -f fontTools/misc/bezierTools.*.so

# AVIF pictures, and windows on a desk: nothing sends or opens either.
rm -rf PIL/_avif*.so pillow.libs/libavif* PIL/_imagingtk*.so

# The six languages, with their countries.
find babel/locale-data -type f ! -name 'root.dat' ! -name 'en.dat' ! -name 'en_*' ! -name 'de.dat' \
    ! -name 'de_*' ! -name 'es.dat' ! -name 'es_*' ! -name 'fr.dat' ! -name 'fr_*' ! -name 'pt.dat' \
    ! -name 'pt_*' ! -name 'ru.dat' ! -name 'ru_*' ! -name 'LICENSE*' -delete
rm -rf numpy/f2py numpy/distutils numpy/_core/include numpy/_core/lib

# TensorFlow, where it is: nights train on the CPU, from Python, and export to ONNX.
rm -rf tensorflow/include tensorflow/xla_aot_runtime_src clang

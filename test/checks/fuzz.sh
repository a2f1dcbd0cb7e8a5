# A short run of the fuzz targets, libFuzzer's for ten seconds; make fuzz makes a long one.
# test: slow, 110 s
"$PLG_ROOT/test/fuzz/run" 100000 10

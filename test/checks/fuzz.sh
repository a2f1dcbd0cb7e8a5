# A short run of the fuzz targets; make fuzz makes a long one.
"$PLG_ROOT/test/fuzz/run" 100000

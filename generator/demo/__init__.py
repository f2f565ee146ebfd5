"""A fictional archive of any size: for trying the program out, for benchmarks and for the tests.

Nothing in it is real, and its names say so (示例省、示安市、例云县、样清河镇). What is wrong in it was planted, and a
manifest tells what. The same arguments give the same bytes on every machine: no clock, no libm, no order of files.
"""

"""Measurements that take minutes. Each writes its result where `nn.recorded` reads it.

python -m experiments.spiral_width
"""

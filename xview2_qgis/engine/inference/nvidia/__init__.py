"""What is done on GPUs of NVIDIA only: buffers that stay, the choice of algorithms, compiled engines."""

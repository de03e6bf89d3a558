"""What every product tells: buildings as rows, their sums, and the statement that goes with them."""

"""What a machine can check about the shape of the code. Each check is a function with a negative control."""

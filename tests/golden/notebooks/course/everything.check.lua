-- nobody sees this
assert(double(5) == 10, "a secret number is not doubled")

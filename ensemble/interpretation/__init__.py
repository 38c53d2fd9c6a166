"""Why a network says what it says: coefficients, features, linear networks."""

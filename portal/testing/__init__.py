"""What the tests of any plugin may build on."""

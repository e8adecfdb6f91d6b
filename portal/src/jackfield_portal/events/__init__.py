"""Events: what happens, told to other programs by signed webhooks."""

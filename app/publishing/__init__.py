"""Publishing: what the public sees of a guide.

An edition is a kept state of the whole guide with its files. Nothing of it is seen outside before
somebody publishes it; what was published can be withdrawn, and the edition before it is there again.
"""

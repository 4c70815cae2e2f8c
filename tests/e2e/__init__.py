"""What people do in a real browser.

A package, unlike the other folders, so that Chromium's driver ends with it: while it runs, its event
loop owns the main thread and no asynchronous test could have one.
"""

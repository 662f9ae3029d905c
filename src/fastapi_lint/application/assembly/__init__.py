"""How an application comes together when its modules are imported, followed without running them.

A small abstract interpreter executes module bodies in import order. It is interested in one thing only: apps and
routers, and the values that lead to them. What it does not understand is unknown, with the reason why.
"""

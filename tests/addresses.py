"""Every URL that is the product's own."""

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Rooms whose URLs come from libraries, which test their own access; the API has its own table in tests/api.
LIBRARIES = ("accounts/", "admin/", "api/")


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


OURS = [(route, pattern) for route, pattern in patterns(get_resolver()) if not route.lstrip("^").startswith(LIBRARIES)]


def address(name, url_objects):
    kwargs, pks = url_objects
    route, _pattern = next((route, pattern) for route, pattern in OURS if pattern.name == name)
    names = [key for key in [*kwargs, "pk"] if f":{key}>" in route]
    return reverse(name, kwargs={key: kwargs[key] if key in kwargs else pks[name] for key in names})

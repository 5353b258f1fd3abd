"""A Django view of the same statements as Jalons's reads, with verified token and audit row, served by gunicorn: what a county's
own developer would write in an afternoon. `serve` starts it; `gunicorn yardstick:application` imports it."""

import base64
import contextlib
import os
import pathlib
import subprocess
import sys
import time

import statements

PAGE = """<!doctype html><html lang="fr"><head><title>Bénéficiaires</title></head><body><main><h1>Bénéficiaires</h1><table>
<thead><tr><th>N°</th><th>Nom</th><th>Né(e) le</th><th>Commune</th><th>État</th><th>Droit</th><th>Référent</th></tr></thead><tbody>
{% for d in rows %}<tr><td>{{ d.number }}</td><td><a href="/dossiers/{{ d.id }}">{{ d.title|default_if_none:"" }}
{{ d.family_name }} {{ d.given_name }}</a></td><td>{{ d.birth_date|date:"d/m/Y" }}</td><td>{{ d.commune|default_if_none:"" }}
{{ d.postal_code|default_if_none:"" }}</td><td><span class="badge">{{ d.state }}</span></td><td>{{ d.entitlement }}</td>
<td>{{ d.lead_name|default_if_none:"—" }}{% if d.lead_organisation %} ({{ d.lead_organisation }}){% endif %}</td></tr>
{% endfor %}</tbody></table><p>{{ total }} dossiers</p></main></body></html>"""


@contextlib.contextmanager
def serve(keys: list[dict], port: int):
    """Runs it with as many workers as gunicorn advises for this machine; `keys` are identity's published ones."""
    import json

    environment = os.environ | {"YARDSTICK_KEYS": json.dumps(keys)}
    folder = pathlib.Path(__file__).parent
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--workers", str(2 * (os.cpu_count() or 1) + 1), "--bind", f"127.0.0.1:{port}",
         "--keep-alive", "60", "--worker-class", "gthread", "--threads", "2", "--log-level", "error", "yardstick:application"],
        cwd=folder, env=environment)  # fmt: skip
    try:
        time.sleep(3)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def make():
    import json
    import threading

    import django
    import jwt
    import psycopg
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse, JsonResponse
    from django.template import Context, Engine
    from django.urls import path
    from psycopg.rows import dict_row

    settings.configure(SECRET_KEY="mesure", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[],
        # The instance's clock is ahead: how old a token is does not count here.
        LOGGING={"version": 1, "handlers": {"c": {"class": "logging.StreamHandler"}}, "loggers": {"django.request": {"handlers": ["c"]}}})
    django.setup()
    keys = {one["kid"]: jwt.PyJWK(one).key for one in json.loads(os.environ["YARDSTICK_KEYS"])}
    template = Engine().from_string(PAGE)
    mine = threading.local()

    def caller(request):
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], algorithms=["EdDSA"], options={"verify_exp": False, "verify_iat": False})

    @contextlib.contextmanager
    def asking(me, schema):
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(os.environ["JALONS_POSTGRES_ADMIN"], row_factory=dict_row, autocommit=False)
        with mine.connection.transaction(), mine.connection.cursor() as cursor:
            cursor.execute(f"set local role {schema}_{me['scope']}")
            cursor.execute(
                "select set_config('jalons.account', %s, true), set_config('jalons.seat', %s, true),"
                " set_config('jalons.territories', %s, true), set_config('jalons.organisation', %s, true),"
                " set_config('jalons.today', current_date::text, true)",
                [me["sub"], me["sub"], "{" + ",".join(me["territories"]) + "}", me.get("organisation") or ""])  # fmt: skip
            yield cursor

    def rows_of(cursor, sql):
        for statement in filter(str.strip, sql.split(";")):
            cursor.execute(statement, prepare=True)
            yield cursor.fetchall() if cursor.description else []

    def plain(value):
        return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value

    def dossier(request, dossier):
        me = caller(request)
        with asking(me, "dossiers") as cursor:
            names = {"account": me["sub"], "dossier": str(dossier)}
            data = statements.act(me["sub"], str(dossier), me["profile"], me["scope"])
            _, found, referents, exits = rows_of(cursor, (statements.OPENED + statements.DOSSIER).format(**names))
            cursor.execute(statements.AUDIT.replace("'{data}'", "%s").format(**names), [data])
        whole = {key: plain(value) for key, value in found[0].items()}
        return JsonResponse(whole | {"referents": referents, "proposedExit": exits[0] if exits else None})

    def listed(request):
        with asking(caller(request), "dossiers") as cursor:
            rows, total = rows_of(cursor, statements.LIST.format(where="", most=10001))
        return rows, total[0]["count"]

    def dossiers(request):
        rows, total = listed(request)
        return JsonResponse({"items": rows[:50], "total": total})

    def page(request):
        rows, total = listed(request)
        return HttpResponse(template.render(Context({"rows": rows[:50], "total": total})))

    def count(request):
        me = caller(request)
        with asking(me, "scheduling") as cursor:
            (found,) = rows_of(cursor, statements.COUNT.format(account=me["sub"]))
        return JsonResponse({"unread": found[0]["count"]})

    routes = [path("dossiers/<uuid:dossier>", dossier), path("dossiers", dossiers), path("page", page), path("count", count)]
    return routes, get_wsgi_application()


if "YARDSTICK_KEYS" in os.environ:
    urlpatterns, application = make()

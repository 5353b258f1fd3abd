"""A small identity provider in ProConnect's manner, for the tests: written from OpenID Connect Core, apart from the code that it
checks. Whoever comes is signed in there already."""

import base64
import hashlib
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import urllib.parse
import uuid

from conftest import now


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    def __init__(self):
        self.subject = uuid.uuid4().hex
        self.email = "personne@exemple.fr"
        self.ended = False
        self.codes = {}
        self.folder = tempfile.TemporaryDirectory()
        self.key = pathlib.Path(self.folder.name) / "key.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True,
                                 capture_output=True, text=True).stdout  # fmt: skip
        self.modulus = bytes.fromhex(modulus.strip().split("=")[1])
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, urllib.parse.urlsplit(self.path), {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider.answer(self, urllib.parse.urlsplit(self.path), dict(urllib.parse.parse_qsl(body)))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/v2"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    @property
    def settings(self) -> dict:
        return {"id": "proconnect", "kind": "proconnect", "label": "ProConnect", "issuer": self.url,
                "clientId": "jalons-essai", "clientSecret": "un secret pour les essais", "acr": ["eidas1"]}  # fmt: skip

    def sign(self, claims: dict) -> str:
        head = base64url(json.dumps({"alg": "RS256", "kid": "un"}).encode())
        body = base64url(json.dumps(claims).encode())
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=f"{head}.{body}".encode(),
                                   check=True, capture_output=True).stdout  # fmt: skip
        return f"{head}.{body}.{base64url(signature)}"

    def claims(self, **more) -> dict:
        moment = int(now().timestamp())
        return {"iss": self.url, "sub": self.subject, "aud": "jalons-essai", "iat": moment, "exp": moment + 60,
                "acr": "eidas1", "amr": ["pwd"], **more}  # fmt: skip

    def answer(self, request, address, form):
        query = dict(urllib.parse.parse_qsl(address.query))
        match address.path.removeprefix("/api/v2"):
            case "/.well-known/openid-configuration":
                say(request, {"issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                              "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
                              "userinfo_endpoint": f"{self.url}/userinfo",
                              "end_session_endpoint": f"{self.url}/session/end"})  # fmt: skip
            case "/jwks":
                say(request, {"keys": [{"kty": "RSA", "kid": "un", "use": "sig", "n": base64url(self.modulus),
                                        "e": "AQAB"}]})  # fmt: skip
            case "/authorize":
                known = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "acr_values",
                         "code_challenge", "code_challenge_method"}  # fmt: skip
                if set(query) - known or len(query["state"]) < 32 or len(query["nonce"]) < 32:
                    return say(request, {"error": "Y000400"}, 400)
                code = uuid.uuid4().hex
                self.codes[code] = query
                lead(request, f"{query['redirect_uri']}?code={code}&state={query['state']}")
            case "/token":
                asked = self.codes.pop(form["code"], None)
                proof = base64url(hashlib.sha256(form["code_verifier"].encode()).digest())
                if (not asked or proof != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]
                        or form["client_secret"] != self.settings["clientSecret"]):  # fmt: skip
                    return say(request, {"error": "invalid_grant"}, 400)
                say(request, {"access_token": "un", "token_type": "Bearer",
                              "id_token": self.sign(self.claims(nonce=asked["nonce"]))})  # fmt: skip
            case "/userinfo":
                signed = self.sign(self.claims(email=self.email, siret="22070001700018", usual_name="TEYSSIER"))
                say(request, signed.encode(), kind="application/jwt")
            case "/session/end":
                self.ended = query["id_token_hint"].count(".") == 2
                lead(request, query["post_logout_redirect_uri"])
            case _:
                say(request, {"error": "not found"}, 404)


def say(request, body, status=200, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request.send_response(status)
    request.send_header("content-type", kind)
    request.send_header("content-length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def lead(request, address):
    request.send_response(303)
    request.send_header("location", address)
    request.send_header("content-length", "0")
    request.end_headers()
